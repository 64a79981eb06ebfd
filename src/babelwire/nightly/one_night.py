"""The process of one night of `babelwire serve`: the command line, ended when the server that started it ends.

Run as a program: the number of a pipe that the server holds open, then the arguments of the command line.
"""

from __future__ import annotations

import os
import sys
import threading

_INTERRUPTED = 130


def _end_with_the_server(pipe: int) -> None:
    os.read(pipe, 1)
    # Finished batches are kept, and the server that comes next goes on with them.
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_server, args=[int(sys.argv.pop(1))], daemon=True).start()
    try:
        from babelwire.cli import main

        main()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
