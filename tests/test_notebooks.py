"""The notebooks run on the example lake, draw pictures without a network, and are kept without their output."""

import re
from pathlib import Path

import nbclient
import nbformat
import pytest

from newsroom import Newsroom

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PICTURES = {"first_look": 3, "follow_a_story": 2, "who_and_where": 5}


@pytest.fixture(scope="module")
def example_lake(tmp_path_factory):
    room = Newsroom(tmp_path_factory.mktemp("examples"))
    room.ingest(ROOT / "examples" / "articles", translation={"engine": "auto"})
    return room.root


def test_there_are_three_notebooks():
    assert [path.stem for path in NOTEBOOKS] == sorted(PICTURES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_output(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert (cell.get("outputs", []), cell.get("execution_count")) == ([], None)
    assert path.stat().st_size < 20_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_on_the_example_lake(path, example_lake, tmp_path, monkeypatch):
    monkeypatch.setenv("BABELWIRE_LAKE", str(example_lake))
    for name in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []
    pictures = [output.data["image/svg+xml"] for output in outputs if "image/svg+xml" in output.get("data", {})]
    assert len(pictures) == PICTURES[path.stem]
    pages = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    for shown in (*pictures, *pages):
        assert not re.search(r"<script|<img|<iframe|src=|@import|url\((?!#)", shown)
    for picture in pictures:
        assert set(re.findall(r"https?://[^\s\"<]+", picture)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert "Nothing to show" not in picture
