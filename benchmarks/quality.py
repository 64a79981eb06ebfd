"""Measures quality on the evaluation data and fails where a figure is below its floor: `make quality`.

The data is not part of the project; BABELWIRE_EVAL names its folder. Floors lie in `floors.json`, with the digest of the
data they were measured on: a floor says nothing about other data. Raise one when the figure has risen; lowering one is a
decision and belongs in docs/decisions.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "floors.json").read_text("utf-8"))


def main() -> int:
    folder = os.environ.get("BABELWIRE_EVAL", "")
    if not folder or not Path(folder).is_dir():
        print("Set BABELWIRE_EVAL to the folder of the evaluation data.", file=sys.stderr)
        return 2
    below = 0
    for benchmark, rules in FLOORS.items():
        changed = [name for name, digest in rules["data"].items() if _digest(Path(folder, name)) != digest]
        if changed:
            print(f"{benchmark}: skipped, these files are missing or others: {', '.join(changed)}")
            continue
        rows = _run(benchmark, folder)
        for row in rows:
            floors = rules["floors"].get(str(row.get("engine", "")).split(" ")[0], {})
            for figure, floor in floors.items():
                state = "ok" if row[figure] >= floor else "BELOW"
                below += state == "BELOW"
                print(f"{state:5} {benchmark} {row['engine']}: {figure} {row[figure]} (floor {floor})")
        below += _below_peers(benchmark, rows, rules.get("never_below", {}))
    return 1 if below else 0


def _below_peers(benchmark: str, rows: list[dict[str, Any]], rules: dict[str, dict[str, list[str]]]) -> int:
    """How many figures of an engine are below those of a peer in the same run."""
    named = {str(row["engine"]).split(" ")[0]: row for row in rows}
    below = 0
    for engine, peers in rules.items():
        for peer, figures in peers.items():
            for figure in figures:
                state = "ok" if named[engine][figure] >= named[peer][figure] else "BELOW"
                below += state == "BELOW"
                print(
                    f"{state:5} {benchmark} {engine}: {figure} {named[engine][figure]} ({peer} {named[peer][figure]})"
                )
    return below


def _run(benchmark: str, folder: str) -> list[dict[str, Any]]:
    command = [sys.executable, HERE / f"{benchmark}.py", "--eval", folder, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _digest(file: Path) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
