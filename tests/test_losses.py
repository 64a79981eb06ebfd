"""What is told and kept of batches whose worker process was lost."""

import json
import logging
from functools import partial

import pytest

from babelwire.article import NEW, REJECTED
from babelwire.losses import judged_with_losses, losses_told
from babelwire.nightly.settings import Thresholds
from babelwire.outcome import judge_night, judge_run
from babelwire.progress import Events, Logged, Shown
from babelwire.workers import WorkerLost
from pipelines.artifacts import ShownInPrefect

CLEAN = {(None, NEW, None): 5}


def lose(folder, number):
    with losses_told(folder / f"inputs-{number:06}.parquet"):
        raise WorkerLost("gone")


def test_the_first_loss_of_a_batch_says_that_it_is_tried_again_and_the_second_what_to_do(tmp_path):
    with pytest.raises(WorkerLost, match=r"on batch 7, .*tried once more\.$"):
        lose(tmp_path, 7)
    with pytest.raises(WorkerLost, match=r"on batch 8, .*tried once more\.$"):
        lose(tmp_path, 8)
    with pytest.raises(WorkerLost, match=r"on batch 7, and so was the next one.*smaller `batch_size`.*000007\.parquet"):
        lose(tmp_path, 7)


def test_whatever_else_goes_wrong_is_no_loss(tmp_path):
    with pytest.raises(ValueError, match="other"), losses_told(tmp_path / "inputs-000001.parquet"):
        raise ValueError("other")
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_losses_is_judged_as_ever(tmp_path):
    assert judged_with_losses(judge_run, tmp_path)(CLEAN) == judge_run(CLEAN)


def test_losses_are_one_warning_however_many_and_make_a_run_one_with_warnings(tmp_path):
    for number in (3, 3, 12, *range(20, 30)):
        with pytest.raises(WorkerLost):
            lose(tmp_path, number)
    outcome = judged_with_losses(judge_run, tmp_path)(CLEAN)
    assert outcome.state == "completed_with_warnings"
    (sentence,) = outcome.warnings
    assert "worked on batches 3, 12, 20, 21, 22, 23, 24, 25, 26, 27 and 2 more, most often" in sentence


def test_losses_do_not_make_a_failed_night_better_and_come_last(tmp_path):
    with pytest.raises(WorkerLost):
        lose(tmp_path, 1)

    judge = partial(judge_night, thresholds=Thresholds())
    outcome = judged_with_losses(judge, tmp_path)({(None, REJECTED, "empty"): 40})
    assert outcome.state == "failed"
    assert ["rejected" in outcome.warnings[0], "batch 1," in outcome.warnings[1]] == [True, True]


def test_a_warning_is_told_on_the_screen_in_the_log_and_as_an_event(capsys, caplog):
    Shown().warn("Look.")
    assert capsys.readouterr().err == "Warning: Look.\n"
    Events().warn("Look.")
    shown = capsys.readouterr()
    assert (json.loads(shown.out), shown.err) == ({"event": "warning", "sentence": "Look."}, "Warning: Look.\n")
    ShownInPrefect(None, Logged()).warn("Look.")
    assert [(r.levelno, r.getMessage()) for r in caplog.records] == [(logging.WARNING, "Look.")]
