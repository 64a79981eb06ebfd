from datetime import UTC, datetime

from babelwire.batches import run_batch, share_out
from babelwire.frames import make_frame, values, with_columns
from babelwire.lake import LakeFolder
from babelwire.lake.publishing.work import Work, read_batch, read_seconds
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


def test_every_input_has_the_seconds_that_the_stages_spent_on_it(tmp_path):
    work = Work.start(LakeFolder.create(tmp_path / "lake"), {})
    texts = {"short.txt": "A short text.", "long.txt": "A long text, again and again. " * 2000}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    inputs = [{"input_uri": (tmp_path / name).as_uri()} for name in texts]
    ((planned, finished),) = work.batches(inputs, 10)
    run_batch(
        planned, finished, Recipe(load_settings(overrides={"translation": {"engine": "none"}}), datetime.now(UTC))
    )
    rows = read_batch(finished)
    short, long = values(rows, "processing_seconds")
    assert 0 < short < long
    assert abs(short + long - sum(read_seconds(finished).values())) < 0.05


def test_time_that_a_stage_spent_on_all_inputs_is_shared_out_by_their_length_among_those_it_worked_on():
    rows = make_frame({"text": ["x" * 299, "x" * 99, None], "disposition": [None, None, "rejected"]})
    shared = share_out(4.0, rows, rows)
    assert values(shared, "processing_seconds") == [3.0, 1.0, 0.0]
    # A second of the next one was noted row by row already.
    noted = with_columns(shared, processing_seconds=[3.0, 2.0, 0.0])
    assert values(share_out(1.0, shared, noted), "processing_seconds") == [3.0, 2.0, 0.0]
