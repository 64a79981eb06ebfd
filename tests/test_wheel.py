"""The wheel is complete: it works from any folder, without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel unpacked into a folder of its own, as pip does."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(out / "site")
    return out / "site"


def test_it_holds_the_flows_the_configurations_and_the_glossaries_and_no_tests(installed):
    packaged = {str(p.relative_to(installed / "babelwire" / "configs")) for p in installed.rglob("configs/**/*.*")}
    there = {str(p.relative_to(CHECKOUT / "configs")) for p in (CHECKOUT / "configs").rglob("*.*")}
    assert packaged == there
    assert (installed / "pipelines" / "ingest.py").is_file()
    assert (installed / "babelwire" / "py.typed").is_file()
    assert not (installed / "tests").exists()


def test_it_finds_its_own_files_and_not_those_of_the_checkout(installed, tmp_path):
    code = (
        "import babelwire, pipelines.ingest;"
        "from babelwire.settings import configs_folder, load_settings;"
        "from babelwire.translation.glossary import load_glossary;"
        "load_settings(); assert load_glossary('it', 'en');"
        "print(babelwire.__file__, pipelines.__file__, configs_folder(), sep='\\n')"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(tmp_path)}
    said = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, env=environment, text=True)
    assert len(said.splitlines()) == 3
    assert all(line.startswith(str(installed)) for line in said.splitlines())
