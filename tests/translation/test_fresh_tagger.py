import subprocess
import sys
from pathlib import Path

import pytest

from babelwire.translation import fresh_tagger
from babelwire.translation.apertium_modes import INSTALL, commands, installed

# Says how many segments it has seen, and that it changed itself over "new".
COUNTING = """
import os
seen, buffer = 0, b""
while read := os.read(0, 4096):
    *done, buffer = (buffer + read).split(b"\\0")
    for segment in done:
        seen += 1
        if segment == b"new":
            os.write(2, b"Error: A new ambiguity class was found.\\n" * 3000)
        if segment == b"odd":
            os.write(2, b"Warning: There is not coarse tag.\\n")
        if segment == b"die":
            os._exit(3)
        os.write(1, segment + b" %d" % seen + b"\\0")
"""


# Reports the sets of readings it meets, as apertium-tagger does with -d: a segment of capitals is such a set.
REPORTING = COUNTING.replace(
    'if segment == b"odd":',
    """if segment.isupper():
            os.write(2, b"Error: A new ambiguity class was found. \\n...\\nNew ambiguity class: {" + segment + b"}\\n")
        if segment == b"odd":""",
)


def tagged(data: bytes, *model: Path, program: str = COUNTING) -> tuple[bytes, int]:
    command = [sys.executable, "-I", "-S", fresh_tagger.__file__, sys.executable, "-I", "-S", "-c", program, *model]
    done = subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)
    return done.stdout, done.returncode


def test_a_tagger_that_changed_itself_is_replaced_before_the_next_segment():
    assert tagged(b"a\0new\0b\0odd\0new\0c\0") == (b"a 1\0new 2\0b 1\0odd 2\0new 3\0c 1\0", 0)


def test_a_segment_larger_than_a_pipe_goes_through():
    long = b"x" * 1_000_000
    assert tagged(long + b"\0a\0") == (long + b" 1\0a 2\0", 0)


def test_a_tagger_that_dies_ends_the_filter():
    assert tagged(b"a\0die\0b\0") == (b"a 1\0", 1)


def number(value):
    return bytes([value]) if value < 64 else bytes([64 | value >> 8, value & 255])


def numbers(*values):
    return number(len(values)) + b"".join(map(number, values))


def text(word):
    return numbers(*map(ord, word))


def model(*, unknown=(0, 1, 2), classes=((0, 1), (0,), (0, 1, 2), (3,))):
    """A model of four tags, A to D, with a rule or a name of each kind. The file has the steps between unknown words."""
    steps = [tag - before for tag, before in zip(unknown, (0, *unknown), strict=False)]
    names = [text(name) for name in "ABCD"]
    return b"".join(
        [
            numbers(*steps),
            b"\1\0\3",
            bytes([4]) + b"".join(names),
            bytes([4]) + b"".join(name + bytes([tag]) for tag, name in enumerate(names)),
            b"\1\2" + numbers(0, 1),
            b"\1" + text("x"),
            b"\1" + text("y") + b"\7",
            bytes([len(classes)]) + b"".join(numbers(*readings) for readings in classes),
            b"\4" + bytes([len(classes)]) + b"s" * 8 * 16,
            bytes([sum(map(len, classes))]),
            *(bytes([tag, i]) + chance(tag, i) for i, readings in enumerate(classes) for tag in readings),
            b"what follows",
        ]
    )


def chance(tag, column):
    return b"chance%d%d" % (tag, column)


def report(*classes):
    return b"".join(
        b"Error: A new ambiguity class was found. \nWord 'x'.\nNew ambiguity class: {%b}\n" % names for names in classes
    )


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        (report(b"B"), True),
        (report(b"A,B"), True),
        (report(b"B,C"), False),
        (report(b"A,D"), False),
        (report(b"A,D", b"B"), True),
        (report(b"B,C", b"C,D"), False),
        (report(b"E"), True),
        (report(b""), True),
        (b"Error: A new ambiguity class was found. \nsomething else\n", True),
        (b"", False),
    ],
)
def test_a_tagger_is_changed_where_a_smaller_set_holds_the_readings_or_the_report_is_not_understood(said, changed):
    assert fresh_tagger.Model(model()).is_changed_by(said) is changed


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 100,
        b"\1" * 100_000,
        model()[:30],
        model(unknown=(0, 2)),
        model(classes=((0, 1), (0, 1, 2), (9,))),
    ],
)
def test_what_is_no_model_leaves_every_report_a_change(tmp_path, data):
    (tmp_path / "broken.prob").write_bytes(data)
    assert fresh_tagger.read_model(str(tmp_path / "broken.prob")) is None
    assert fresh_tagger.read_model(str(tmp_path / "absent.prob")) is None


def test_a_model_that_has_learned_nothing_is_written_as_it_was_read():
    assert fresh_tagger.Model(model()).to_bytes() == model()


def test_a_set_is_learned_with_the_chances_of_the_smallest_set_that_holds_it():
    learner = fresh_tagger.Model(model(unknown=(0, 1, 2, 3), classes=((0, 1, 2), (1, 2), (0, 1, 2, 3))))
    assert learner.learn(report(b"B") + report(b"A,C"))
    written = learner.to_bytes()
    assert b"\5" + numbers(0, 1, 2) + numbers(1, 2) + numbers(0, 1, 2, 3) + numbers(1) + numbers(0, 2) in written
    assert written.endswith(b"\1\3" + chance(1, 1) + b"\0\4" + chance(0, 0) + b"\2\4" + chance(2, 0) + b"what follows")
    assert fresh_tagger.Model(written).to_bytes() == written


@pytest.mark.parametrize(
    "said", [report(b"B,C"), report(b"E"), report(b""), b"Error: A new ambiguity class was found."]
)
def test_what_changes_nothing_or_is_not_understood_is_not_learned(said):
    learner = fresh_tagger.Model(model())
    assert not learner.learn(said)
    assert learner.to_bytes() == model()


def test_a_set_is_learned_once():
    learner = fresh_tagger.Model(model())
    assert learner.learn(report(b"B", b"B"))
    assert not learner.learn(report(b"B"))
    assert fresh_tagger.Model(learner.to_bytes())


def test_a_model_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(fresh_tagger, "_MOST_LEARNED", 1)
    learner = fresh_tagger.Model(model(classes=((0, 1), (0, 1, 2), (2, 3))))
    sizes = []
    for names in (b"A", b"B", b"C", b"D"):
        assert learner.learn(report(names))
        sizes.append(len(learner.to_bytes()))
    assert len(set(sizes)) == 1


@pytest.mark.parametrize("size", [0, 63, 64, 16_383, 16_384, 4_194_303, 4_194_304])
def test_a_number_is_written_as_it_is_read(size):
    reader = fresh_tagger.Model(model())
    reader._data, reader._at = fresh_tagger._written(size), 0
    assert reader._number() == size
    assert reader._at == len(reader._data)


# Reports a set of readings only where its model is the one it came with.
LEARNING = REPORTING.replace(
    "if segment.isupper():", 'if segment.isupper() and not sys.argv[-1].startswith("/proc/"):'
).replace("import os", "import os, sys")


def test_a_segment_with_a_new_set_goes_to_a_tagger_that_has_learned_it_and_so_do_the_next(tmp_path):
    file = tmp_path / "small.prob"
    file.write_bytes(model())
    assert tagged(b"x\0B\0y\0A\0z\0", file, program=LEARNING) == (b"x 1\0B 1\0y 2\0A 3\0z 4\0", 0)


def test_a_learned_model_is_there_for_the_tagger_to_read(tmp_path):
    file = tmp_path / "small.prob"
    file.write_bytes(model())
    size = LEARNING.replace('b" %d" % seen', 'b" %d" % len(open(sys.argv[-1], "rb").read())')
    learner = fresh_tagger.Model(model())
    learner.learn(report(b"B"))
    before, after = len(model()), len(learner.to_bytes())
    assert tagged(b"x\0B\0y\0", file, program=size) == (b"x %d\0B %d\0y %d\0" % (before, after, after), 0)


def test_a_tagger_that_goes_on_reporting_what_it_was_taught_is_replaced(tmp_path):
    file = tmp_path / "small.prob"
    file.write_bytes(model())
    assert tagged(b"x\0B\0y\0B\0z\0", file, program=REPORTING) == (b"x 1\0B 1\0y 1\0B 2\0z 1\0", 0)


def test_a_tagger_that_a_report_does_not_change_goes_on(tmp_path):
    file = tmp_path / "small.prob"
    file.write_bytes(model())
    assert tagged(b"x\0B,C\0y\0", file, program=REPORTING) == (b"x 1\0B,C 2\0y 3\0", 0)
    assert tagged(b"x\0B,C\0y\0", program=REPORTING) == (b"x 1\0B,C 2\0y 1\0", 0)


@pytest.mark.parametrize("pivot", ["cat", "spa"])
def test_the_models_of_the_installed_pivots_are_understood(pivot):
    if not installed(pivot):
        pytest.skip(INSTALL[pivot])
    taggers = [command for command in commands(pivot) if "apertium-tagger" in command]
    assert len(taggers) == 2
    for tagger in taggers:
        assert fresh_tagger.read_model(tagger[-1]).to_bytes() == Path(tagger[-1]).read_bytes()
