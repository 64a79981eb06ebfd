"""What a command prints on a terminal."""

import os
import pty
import subprocess
from contextlib import suppress


def on_a_terminal(command, environment):
    """What a command prints where its output is a terminal."""
    ours, theirs = pty.openpty()
    shown = b""
    with subprocess.Popen(command, env={**environment, "TERM": "xterm-256color"}, stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        with suppress(OSError):
            while part := os.read(ours, 65536):
                shown += part
        os.close(ours)
    assert run.returncode == 0
    return shown.decode().replace("\r\n", "\n")
