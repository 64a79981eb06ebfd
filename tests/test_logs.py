"""Log lines for programs."""

import json
import subprocess
import sys

PROGRAM = """
import logging, sys, warnings
from babelwire.logs import configure_logs, working_on
configure_logs(sys.argv[1]); configure_logs(sys.argv[1])
ours, foreign = logging.getLogger("babelwire.translation.chain"), logging.getLogger("spacy")
ours.info("before")
with working_on(run="r1", batch="000003"):
    with working_on(stage="translate"):
        ours.warning("%s is left alone", "apertium")
    foreign.warning("cannot parse: %s", "the body of an article")
    foreign.info("the body of an article")
    try:
        raise ValueError("the body of an article")
    except ValueError:
        foreign.exception("the body of an article")
ours.warning("after\\nall")
"""


def logged(kind):
    done = subprocess.run([sys.executable, "-c", PROGRAM, kind], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_a_line_is_an_object_that_says_where_it_is_from():
    lines = [json.loads(line) for line in logged("json")]
    where = [(each["level"], each["run"], each["batch"], each["stage"]) for each in lines]
    assert where == [
        ("info", None, None, None),
        ("warning", "r1", "000003", "translate"),
        ("warning", "r1", "000003", None),
        ("error", "r1", "000003", None),
        ("warning", None, None, None),
    ]
    assert [each["message"] for each in lines[:2]] == ["before", "apertium is left alone"]
    assert lines[-1]["message"] == "after\nall"


def test_what_libraries_say_of_an_article_is_not_logged():
    assert "the body of" not in "".join(logged("json"))


def test_text_stays_as_it_is():
    assert logged("text")[0] == "apertium is left alone"
