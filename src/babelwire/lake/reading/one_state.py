"""A question to a lake is answered from one state of it, however many tables it reads and whoever publishes meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from babelwire.errors import BabelwireError
from babelwire.lake.folder import LakeFolder
from babelwire.lake.listing import generation

Answer = TypeVar("Answer")
_TIMES = 5


def consistently(lake: LakeFolder, ask: Callable[[], Answer]) -> Answer:
    """What `ask` answers, all of it from one state of the lake: that after some run, and before the next.

    The state of a lake is what its last commit made it. Each commit adds a run, and from then on every listing shows
    the whole of it, whether its files have been moved, are being moved, or wait since a process was ended. So where the
    runs are the same before and after, nothing was committed between; whatever `ask` listed was that one state, and a
    file that it opened was of that state too, since only a commit puts other rows under the name of a file. `compact`
    changes names and no rows; whoever misses a file over it asks again. Nothing is written and no lock is taken.

    The fingerprints of the index are the exception: they are brought to another recipe by commits without a run, each
    row for itself.

    Args:
        ask: is asked again, from the start, when the lake changed under it.

    Raises:
        BabelwireError: the lake changed each time.
    """
    why: Exception | None = None
    for _ in range(_TIMES):
        try:
            before = generation(lake)
            answer = ask()
            if generation(lake) == before:
                return answer
        except FileNotFoundError as error:
            why = error
        except Exception:
            # What goes wrong between two states, such as a story that is in neither half, says nothing of the lake.
            if generation(lake) == before:
                raise
    raise BabelwireError(
        f"The lake {lake.address} changed each of {_TIMES} times while it was read, as runs or babelwire compact do. "
        "Ask for the same again."
    ) from why
