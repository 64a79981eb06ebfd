"""A runner that cannot go on says why, and what to do."""

from pathlib import Path

import pytest

from babelwire.errors import BabelwireError
from pipelines.runners import Runner


class Batch:
    def __init__(self, result):
        self._result = result

    def result(self):
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


RUNNER = Runner(None, 1, None, {ConnectionError: "The cluster is gone."})


def test_the_failure_of_a_runner_is_a_sentence_with_the_inputs_that_wait():
    with pytest.raises(BabelwireError) as told:
        RUNNER.result(Path("/lake/_work/1/inputs-000002.parquet"), Batch(ConnectionError("no route")))
    assert str(told.value) == (
        "The cluster is gone. Finished batches are kept: run the same command again to go on. The inputs of the batch "
        "that was waited for are listed in /lake/_work/1/inputs-000002.parquet."
    )


def test_what_a_batch_gives_or_raises_itself_is_left_alone():
    assert RUNNER.result(Path("inputs"), Batch({"articles": 2})) == {"articles": 2}
    with pytest.raises(ValueError, match="no such village"):
        RUNNER.result(Path("inputs"), Batch(ValueError("no such village")))
