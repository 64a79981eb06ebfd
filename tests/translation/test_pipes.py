import os
import sys

import pytest

from babelwire.translation.pipes import Chain, ChainError

UPPER = """
import os
buffer = b""
while read := os.read(0, 4096):
    *done, buffer = (buffer + read).split(b"\\0")
    for segment in done:
        if segment == b"die":
            os._exit(1)
        if segment != b"hang":
            os.write(1, segment.upper() + b"\\0")
"""
PROGRAM = [sys.executable, "-I", "-S", "-c", UPPER]


@pytest.fixture
def chain():
    chain = Chain([PROGRAM, ["cat"], PROGRAM], environment=os.environ)
    yield chain
    chain.kill()


def test_answers_come_in_order_and_again_and_again(chain):
    for _ in range(2):
        assert list(chain.answers([b"a", b"", b"b c"], timeout_seconds=20)) == [b"A", b"", b"B C"]
    assert list(chain.answers([], timeout_seconds=20)) == []


def test_more_than_the_pipes_hold_does_not_block(chain):
    segments = [b"%d " % i * 100 for i in range(20_000)]
    assert list(chain.answers(segments, timeout_seconds=60)) == segments


def test_a_program_that_dies_breaks_the_chain_after_the_answers_before_it(chain):
    answers = chain.answers([b"a" * 100_000, b"die", b"b"], timeout_seconds=20)
    assert next(answers) == b"A" * 100_000
    with pytest.raises(ChainError, match="ended"):
        next(answers)


def test_a_program_that_hangs_breaks_the_chain(chain):
    with pytest.raises(ChainError, match=r"no answer for 0\.2 seconds"):
        list(chain.answers([b"hang"], timeout_seconds=0.2))


@pytest.mark.parametrize("end", [Chain.close, Chain.kill])
def test_ending_a_chain_leaves_no_process(end):
    chain = Chain([PROGRAM, ["cat"]], environment=os.environ)
    end(chain)
    end(chain)
    for pid in chain.pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_program_that_does_not_exist_ends_those_before_it():
    with pytest.raises(FileNotFoundError):
        Chain([["cat"], ["no-such-program-anywhere"]], environment=os.environ)
