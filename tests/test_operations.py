"""docs/operations.md knows every reason code."""

import re
from pathlib import Path

import babelwire
from babelwire.reading.pages.kinds import KINDS

SOURCES = Path(babelwire.__file__).parent
PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
CODE = re.compile(r'(?:RejectInput|TryLater|reason_code":)\s*\(?\s*"([a-z_]+)"')


def test_every_reason_code_is_explained_and_no_other():
    raised = set(KINDS)
    raised |= {code for file in SOURCES.rglob("*.py") for code in CODE.findall(file.read_text("utf-8"))}
    explained = set(re.findall(r"^\| `([a-z_]+)` \| (?:rejected|pending) \|", PAGE.read_text("utf-8"), re.MULTILINE))
    assert raised == explained
