"""Writes a small lake with today's schema, to be kept for tomorrow; README.md beside it says when."""

import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from newsdesk import FERRY_EN, FERRY_EN_EDITED, FERRY_IT  # noqa: E402
from newsroom import Newsroom  # noqa: E402


def write(name: str, ship: str) -> None:
    """Three articles about a ship, two of them one story, and an input that is rejected, published by one run."""
    # Not a folder of its own for each time: its path is written into the ledger.
    folder = Path(tempfile.gettempdir()) / "newsroom"
    shutil.rmtree(folder, ignore_errors=True)
    room = Newsroom(folder)
    for file, text in (("ferry.txt", FERRY_EN), ("edited.txt", FERRY_EN_EDITED), ("traghetto.txt", FERRY_IT)):
        room.write(f"{name}/{file}", text.replace("Stella Tirrena", ship))
    room.write(f"{name}/nothing.txt", "")
    room.ingest()
    shutil.rmtree(room.root / "_work")
    shutil.copytree(room.root, HERE / name)
    shutil.rmtree(folder)


if __name__ == "__main__":
    write(*sys.argv[1:])
