"""How services are asked, against a server of our own that misbehaves."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from babelwire.translation.asking import Busy, Down, Pace, ask, cut, tried, within
from translation.stub_server import Stub


@pytest.fixture
def stub(monkeypatch) -> Iterator[Stub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stub = Stub()
    yield stub
    stub.close()


def test_an_answer_without_an_end_is_given_up(stub):
    stub.english = lambda _: "x" * 11_000_000
    with pytest.raises(Down, match="no end"):
        ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=5)


def test_an_answer_that_comes_byte_by_byte_is_given_up(stub):
    stub.script = ["drip"]
    with pytest.raises(Down, match="too long"):
        ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=0.2)


def test_a_request_waits_no_longer_than_the_time_given(stub):
    stub.script = ["hang", "drip"]
    with within(0.2), pytest.raises(Down, match="ReadTimeout"):
        ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=60)
    with within(0.2), pytest.raises(Down, match="too long"):
        ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=60)


def test_when_the_time_given_is_over_nothing_is_asked(stub):
    with within(0), pytest.raises(Down, match="is over"):
        ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=60)
    assert stub.asked == []
    assert ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=60).status_code == 200


def test_a_shorter_time_inside_a_longer_one_counts_and_a_longer_one_does_not(stub):
    with within(60):
        with within(0), pytest.raises(Down, match="is over"):
            ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=60)
        ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=60)
    with within(0), within(60), pytest.raises(Down, match="is over"):
        ask("GET", f"{stub.url}/m?q=uno", timeout_seconds=60)


def test_the_time_given_to_one_thread_is_not_that_of_another(stub):
    with ThreadPoolExecutor(1) as pool, within(0):
        answer = pool.submit(ask, "GET", f"{stub.url}/m?q=uno", timeout_seconds=60)
        assert answer.result().status_code == 200


@pytest.mark.parametrize(("seconds", "asked"), [(0, 1), (60, 4)])
def test_what_is_refused_is_tried_again_only_while_there_is_time(seconds, asked):
    tries: list[int] = []

    def refused() -> None:
        tries.append(1)
        raise Busy

    with within(seconds), pytest.raises(Busy):
        tried(refused, attempts=4, most_wait_seconds=0)
    assert len(tries) == asked


def test_requests_are_evenly_spaced_whatever_number_of_threads_ask():
    slept: list[float] = []
    pace = Pace(4, clock=lambda: 100.0, sleep=slept.append)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(pace.wait)
    assert sorted(slept) == [0.25 * i for i in range(1, 8)]


def test_time_that_passed_is_not_waited_for_and_not_saved_up():
    now, slept = [0.0], []
    pace = Pace(2, clock=lambda: now[0], sleep=slept.append)
    for now[0] in (10.0, 20.0, 20.0, 20.1):
        pace.wait()
    assert slept == pytest.approx([0.5, 0.9])


@examples(max_examples=50, deadline=None)
@given(st.text(alphabet="aè \n.日", max_size=200), st.integers(3, 40))
def test_pieces_joined_are_the_text_and_none_is_too_long(text, most):
    pieces = cut(text, most, lambda part: len(part.encode()))
    assert "".join(core + gap for core, gap in pieces) == text
    assert all(len(core.encode()) <= most for core, _ in pieces)


def test_a_long_text_without_a_space_is_cut_and_long_ones_with_many_take_no_time():
    assert len(cut("x" * 1_000_000, 500, len)) == 2001
    assert len(cut("xy " * 300_000, 500, len)) > 1500
