"""The lock of a lake in a store."""

import json
import os
import socket
import subprocess
import sys

import pytest

from babelwire.errors import BabelwireError
from babelwire.lake.opening import create_lake
from babelwire.lake.remote import lease
from babelwire.lake.remote.store import Store


@pytest.fixture
def store(objects):
    create_lake("s3://news/lake")
    return Store.at("s3://news/lake")


@pytest.fixture
def held_by(bucket, store):
    def put(**holder):
        who = {
            "held": True,
            "key": "k",
            "host": "elsewhere",
            "where": "",
            "pid": 7,
            "since": "2026-01-31T04:00:00+00:00",
        }
        bucket.pipe("news/lake/lock.json", json.dumps({**who, "lease_seconds": 3600, **holder}).encode())

    return put


def lock(bucket):
    return json.loads(bucket.cat_file("news/lake/lock.json"))


def taken(store):
    with lease.leased(store, timeout_seconds=0):
        return True


def test_a_lock_that_another_machine_holds_is_waited_for_and_its_holder_named(store, held_by):
    held_by()
    with pytest.raises(
        BabelwireError, match=r"Another run is using the lake s3://news/lake \(process 7 on elsewhere since"
    ):
        taken(store)


def test_a_lock_that_its_holder_did_not_renew_in_time_is_taken_over(store, held_by):
    held_by(lease_seconds=-5)
    assert taken(store)


def test_the_lock_of_a_process_of_this_machine_that_is_dead_is_taken_over_at_once(store, held_by):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    held_by(host=socket.gethostname(), where=lease._processes(), pid=dead.pid)
    assert taken(store)


def test_the_lock_of_a_process_of_this_machine_that_lives_is_not(store, held_by):
    held_by(host=socket.gethostname(), where=lease._processes(), pid=os.getpid())
    with pytest.raises(BabelwireError, match=f"process {os.getpid()} on"):
        taken(store)


def test_a_process_number_says_nothing_where_another_container_of_the_same_name_has_given_it(store, held_by):
    held_by(host=socket.gethostname(), where="another", pid=2**22 + 1)
    with pytest.raises(BabelwireError, match="Another run"):
        taken(store)


def test_a_lock_that_nobody_can_read_is_waited_for_like_another(store, bucket):
    bucket.pipe("news/lake/lock.json", b"{")
    with pytest.raises(BabelwireError, match="it does not say which"):
        taken(store)


def test_a_lock_is_free_after_its_use_also_where_that_failed(store, bucket):
    with lease.leased(store, timeout_seconds=0):
        assert lock(bucket)["held"]
    assert not lock(bucket)["held"]
    with pytest.raises(ZeroDivisionError), lease.leased(store, timeout_seconds=0):
        _ = 1 / 0
    assert not lock(bucket)["held"]


def test_a_lock_is_renewed_as_long_as_it_is_held(objects, store, monkeypatch):
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.04)
    objects.requests.clear()
    with lease.leased(store, timeout_seconds=0):
        while len(objects.asked("PUT", "lock.json")) < 4:
            pass
    assert taken(store)


def test_who_has_lost_the_lock_leaves_it_to_who_has_it_now(store, bucket, held_by, monkeypatch):
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.04)
    with lease.leased(store, timeout_seconds=0):
        held_by(key="another's")
    assert lock(bucket)["key"] == "another's"


def test_of_two_that_find_the_lock_free_one_gets_it(objects, store, bucket, held_by):
    def overtake(method, name):
        if (method, name) == ("PUT", "news/lake/lock.json"):
            objects.meanwhile = None
            held_by(key="the quicker one's")

    objects.meanwhile = overtake
    with pytest.raises(BabelwireError, match="Another run"):
        taken(store)
    assert lock(bucket)["key"] == "the quicker one's"
