from concurrent.futures import ThreadPoolExecutor

import pytest

from babelwire.translation.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(failures=3, pause_seconds=60, clock=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.lets_through()
        breaker.failed()


def test_it_opens_after_failures_in_a_row_and_not_before(breaker):
    fail(breaker, 2)
    assert breaker.lets_through()
    breaker.failed()
    assert not breaker.lets_through()


def test_a_success_starts_the_count_again(breaker):
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.lets_through()


def test_after_the_pause_one_probe_goes_through_and_no_second(breaker, clock):
    fail(breaker, 3)
    clock.now += 59.9
    assert not breaker.lets_through()
    clock.now += 0.1
    assert breaker.lets_through()
    assert not breaker.lets_through()


def test_a_probe_that_succeeds_closes_it(breaker, clock):
    fail(breaker, 3)
    clock.now += 60
    assert breaker.lets_through()
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.lets_through()


def test_a_probe_that_fails_begins_the_pause_again(breaker, clock):
    fail(breaker, 3)
    clock.now += 60
    fail(breaker, 1)
    clock.now += 59
    assert not breaker.lets_through()
    clock.now += 1
    assert breaker.lets_through()


def test_of_many_threads_one_is_the_probe(breaker, clock):
    fail(breaker, 3)
    clock.now += 60
    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(lambda _: breaker.lets_through(), range(64))) == 1
