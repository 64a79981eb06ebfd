import subprocess
import sys

from babelwire.translation import fresh_tagger

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


def tagged(data: bytes) -> tuple[bytes, int]:
    command = [sys.executable, "-I", "-S", fresh_tagger.__file__, sys.executable, "-I", "-S", "-c", COUNTING]
    done = subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)
    return done.stdout, done.returncode


def test_a_tagger_that_changed_itself_is_replaced_before_the_next_segment():
    assert tagged(b"a\0new\0b\0odd\0new\0c\0") == (b"a 1\0new 2\0b 1\0odd 2\0new 3\0c 1\0", 0)


def test_a_segment_larger_than_a_pipe_goes_through():
    long = b"x" * 1_000_000
    assert tagged(long + b"\0a\0") == (long + b" 1\0a 2\0", 0)


def test_a_tagger_that_dies_ends_the_filter():
    assert tagged(b"a\0die\0b\0") == (b"a 1\0", 1)
