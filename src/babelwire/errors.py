"""What can go wrong, sorted by what to do about it."""

from __future__ import annotations


class BabelwireError(Exception):
    """The run cannot go on. The message names the cause and the remedy; it is shown to the operator as it is."""


class UsageError(BabelwireError):
    """The command or the configuration is wrong (exit status 2)."""


class InputProblem(Exception):  # noqa: N818 - its two kinds say what to do, not what broke
    """Something is wrong with one input; the others go on.

    Args:
        reason_code: a short stable word, listed in docs/operations.md.
        reason: a sentence that says what happened.
    """

    disposition: str

    def __init__(self, reason_code: str, reason: str) -> None:
        super().__init__(reason)
        self.reason_code = reason_code
        self.reason = reason


class RejectInput(InputProblem):
    """This input will never become an article as it is."""

    disposition = "rejected"


class TryLater(InputProblem):
    """This input may succeed in the next run."""

    disposition = "pending"
