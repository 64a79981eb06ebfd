from babelwire.article import RUNS
from babelwire.lake import LakeFolder
from babelwire.lake.files import write_table
from babelwire.lake.publishing.edit import rows_to_table
from babelwire.lake.publishing.work import Work, read_batch

PLAN = {"paths": ["/in"], "settings": "abc"}


def test_the_unfinished_run_of_a_plan_is_gone_on_with_and_no_other(tmp_path):
    lake = LakeFolder.create(tmp_path / "lake")
    first = Work.start(lake, PLAN)
    again = Work.start(lake, PLAN)
    assert (again.run_id, again.started_at, again.resumed) == (first.run_id, first.started_at, True)
    assert Work.start(lake, {**PLAN, "settings": "other"}).run_id != first.run_id


def test_a_run_that_was_ended_right_after_its_publication_is_not_published_again(tmp_path):
    lake = LakeFolder.create(tmp_path / "lake")
    work = Work.start(lake, PLAN)
    row = {"run_id": work.run_id, "state": "completed", "started_at": work.started_at, "inputs": 1, "new": 1}
    write_table(lake.table(RUNS) / "run.parquet", rows_to_table(RUNS, [row]))
    following = Work.start(lake, PLAN)
    assert not following.resumed
    assert following.run_id != work.run_id
    assert not work.folder.exists()


def test_articles_of_the_lake_and_inputs_to_be_read_share_no_batch(tmp_path):
    work = Work.start(LakeFolder.create(tmp_path / "lake"), PLAN)
    waiting = [{"input_uri": f"file:///{n}", "article_id": str(n)} for n in range(3)]
    to_read = [{"input_uri": f"file:///new{n}", "known_digest": None} for n in range(3)]
    planned = [read_batch(planned) for planned, _ in work.batches([*waiting, *to_read], 2)]
    assert [list(frame["input_uri"]) for frame in planned] == [
        ["file:///0", "file:///1"],
        ["file:///2"],
        ["file:///new0", "file:///new1"],
        ["file:///new2"],
    ]
    assert ["article_id" in frame.columns for frame in planned] == [True, True, False, False]
