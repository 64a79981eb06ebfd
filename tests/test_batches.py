from datetime import UTC, datetime

from babelwire.batches import run_batch
from babelwire.lake import LakeFolder
from babelwire.lake.publishing.work import Work
from babelwire.recipe import Recipe
from babelwire.settings import load_settings


def test_a_batch_that_is_finished_is_not_done_again(tmp_path):
    work = Work.start(LakeFolder.create(tmp_path / "lake"), {})
    empty = tmp_path / "empty.txt"
    empty.touch()
    ((planned, finished),) = work.batches([{"input_uri": empty.as_uri()}], 10)
    recipe = Recipe(load_settings(overrides={"translation": {"engine": "none"}}), datetime.now(UTC))
    counts = run_batch(planned, finished, recipe)
    assert counts == {"rejected": 1}
    assert not planned.exists()
    written = finished.read_bytes()
    assert run_batch(planned, finished, recipe) == counts
    assert finished.read_bytes() == written
