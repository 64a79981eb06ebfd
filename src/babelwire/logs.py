"""Log lines as JSON objects, each with the run, the batch and the stage that it is of, and never with text of an article."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

_OURS = ("babelwire", "pipelines")
_at_work: ContextVar[Mapping[str, str]] = ContextVar("at_work", default={})  # noqa: B039 - it is never changed


@contextmanager
def working_on(**where: str) -> Iterator[None]:
    """Lines that are logged inside tell where: run, batch, stage."""
    token = _at_work.set({**_at_work.get(), **where})
    try:
        yield
    finally:
        _at_work.reset(token)


def configure_logs(kind: Literal["text", "json"]) -> None:
    """Has this process log to standard error, in JSON lines where `kind` says so. Calling it again changes nothing."""
    if kind == "text" or logs_are_json():
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line("%(message)s"))
    handler.addFilter(_without_foreign_words)
    logging.root.addHandler(handler)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)


def logs_are_json() -> bool:
    """Whether this process logs JSON lines."""
    return any(isinstance(handler.formatter, _Line) for handler in logging.root.handlers)


class _Line(JsonFormatter):
    def add_fields(
        self, log_data: dict[str, object], record: logging.LogRecord, message_dict: dict[str, object]
    ) -> None:
        log_data["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        log_data.update(dict.fromkeys(("run", "batch", "stage")) | dict(_at_work.get()))
        log_data["logger"] = record.name
        super().add_fields(log_data, record, message_dict)


def _without_foreign_words(record: logging.LogRecord) -> bool:
    """Warnings of other libraries, which may quote what they were given, say only that they were written."""
    if record.name.partition(".")[0] in _OURS:
        return record.levelno >= logging.INFO
    record.msg, record.args = "A library warned; what it said is not shown, as it may quote an article.", ()
    record.exc_info = record.exc_text = record.stack_info = None
    return record.levelno >= logging.WARNING
