"""Processes that publish and compact are killed; nothing is lost or doubled."""

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "lake_faults.py"


@pytest.fixture
def lake_faults(monkeypatch):
    spec = importlib.util.spec_from_file_location("lake_faults", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    # The processes that are killed import it by its name.
    monkeypatch.setitem(sys.modules, "lake_faults", module)
    monkeypatch.syspath_prepend(str(BENCHMARK.parent))
    spec.loader.exec_module(module)
    return module


@pytest.mark.long
def test_five_kills_at_random_moments_lose_and_double_nothing(lake_faults, tmp_path):
    states, wrong = lake_faults.run(5, 1, tmp_path)
    assert states.total() == 5
    assert wrong == []
