"""The flow under a Prefect server: its states, and that nothing of a run depends on worker processes."""

import pytest
from prefect.client.orchestration import get_client

from babelwire.errors import UsageError
from babelwire.lake import Lake
from newsdesk import FERRY_EN, FERRY_EN_EDITED, LIBRARY_EN, ORCHARD_FR
from pipelines.ingest import ingest, run

ALONE = {"jobs": 1, "translation": {"engine": "none"}}


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name, text in {"a.txt": FERRY_EN, "b.txt": FERRY_EN_EDITED, "c.txt": LIBRARY_EN, "d.txt": ORCHARD_FR}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def last_state():
    with get_client(sync_client=True) as client:
        (flow_run, *_) = client.read_flow_runs(sort="EXPECTED_START_TIME_DESC", limit=1)
    return flow_run.state


@pytest.mark.usefixtures("prefect_server")
def test_a_run_in_order_is_completed_and_says_what_became_of_its_inputs(inbox, tmp_path):
    summary = run([str(inbox)], tmp_path / "lake", None, ALONE)
    assert summary.counts["new"] == 4
    state = last_state()
    assert (state.type.value, state.name, state.message) == ("COMPLETED", "Completed", "4 new")


@pytest.mark.usefixtures("prefect_server")
def test_a_run_with_rejects_is_completed_with_warnings(inbox, tmp_path):
    (inbox / "empty.txt").write_text("")
    run([str(inbox)], tmp_path / "lake", None, ALONE)
    state = last_state()
    assert (state.type.value, state.name) == ("COMPLETED", "CompletedWithWarnings")
    assert state.message == "4 new, 1 rejected"


@pytest.mark.usefixtures("prefect_server")
def test_a_run_that_cannot_publish_has_failed(inbox, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.doc").write_text("x")
    with pytest.raises(UsageError, match="is not a lake"):
        run([str(inbox)], tmp_path / "thesis", None, ALONE)
    assert last_state().type.value == "FAILED"


@pytest.mark.usefixtures("prefect_server")
def test_small_batches_in_two_processes_give_the_same_articles_as_one(inbox, tmp_path):
    run([str(inbox)], tmp_path / "one", None, ALONE)
    run([str(inbox)], tmp_path / "two", None, {**ALONE, "jobs": 2, "batch_size": 1})
    columns = ["article_id", "content_hash", "text", "story_id", "relation", "related_to"]
    one, two = (Lake(tmp_path / name).articles()[columns] for name in ("one", "two"))
    assert one.to_dict("list") == two.to_dict("list")


@pytest.mark.usefixtures("prefect_server")
def test_the_flow_takes_what_a_deployment_gives_as_text(inbox, tmp_path):
    state = ingest(
        [str(inbox)], str(tmp_path / "lake"), overrides=ALONE, window=["2025-03-04", None], return_state=True
    )
    assert state.name == "CompletedWithWarnings"
    assert state.message == "2 new, 2 rejected"
