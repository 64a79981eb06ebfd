"""Telling people that a night went wrong: a webhook and an e-mail."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

import httpx

from babelwire import __version__
from babelwire.nightly.settings import Alerts, Email

_LONGEST = 500


@dataclass(frozen=True)
class Alert:
    """What is told.

    Attributes:
        state: one of `article.RUN_STATES`.
        night: its logical date, where it is known.
        run_id: its run, where it was published.
        counts: its inputs by disposition, where it was published.
        sentences: why.
    """

    state: str
    lake: str
    night: date | None = None
    run_id: str | None = None
    counts: Mapping[str, int] | None = None
    sentences: Sequence[str] = ()

    @property
    def title(self) -> str:
        of = f" of {self.night}" if self.night else ""
        return f"babelwire: the night{of} {'has failed' if self.state == 'failed' else 'has warnings'}"

    @property
    def body(self) -> dict[str, Any]:
        """The JSON that a webhook gets; docs/operations.md describes it. Keys are only ever added."""
        said = [" ".join(sentence.split())[:_LONGEST] for sentence in self.sentences]
        return {
            "event": "night",
            "state": self.state,
            "night": self.night and self.night.isoformat(),
            "run": self.run_id,
            "lake": self.lake,
            "counts": self.counts and dict(self.counts),
            "sentences": said,
            "text": "\n".join([f"{self.title}.", *said]),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "babelwire": __version__,
        }


def send(alert: Alert, how: Alerts, *, webhook_url: str | None = None) -> list[str]:
    """Tells whoever is to be told; what cannot be sent stops nothing.

    Args:
        webhook_url: in place of the one in the settings.

    Returns:
        What could not be sent, as sentences without any address or password.
    """
    url = webhook_url or (how.webhook_url.get_secret_value() if how.webhook_url else "")
    problems = []
    if url:
        try:
            _post(alert, url, how.timeout_seconds)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            because = (
                f"status {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else _kind(error)
            )
            problems.append(f"The webhook could not be told ({because}). Look at nightly.alerts.webhook_url.")
    if how.email.host:
        try:
            _mail(alert, how.email, how.timeout_seconds)
        except (smtplib.SMTPException, ValueError, OSError) as error:
            problems.append(f"The e-mail could not be sent ({_kind(error)}). Look at nightly.alerts.email.")
    return problems


def _post(alert: Alert, url: str, timeout_seconds: float) -> None:
    with _httpx_kept_quiet(), httpx.Client(timeout=timeout_seconds) as client:
        client.post(url, json=alert.body).raise_for_status()


def _mail(alert: Alert, email: Email, timeout_seconds: float) -> None:
    message = EmailMessage()
    message["Subject"] = alert.title
    message["From"] = email.sender
    message["To"] = ", ".join(email.to)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="babelwire.invalid")
    body = alert.body
    counts = ", ".join(f"{n} {name}" for name, n in (alert.counts or {}).items() if n)
    facts = {"Lake": alert.lake, "Run": alert.run_id, "Inputs": counts}
    known = "\n".join(f"{name}: {value}" for name, value in facts.items() if value)
    message.set_content(f"{body['text']}\n\n{known}\n")
    with smtplib.SMTP(email.host, email.port, timeout=timeout_seconds) as server:
        if email.starttls:
            server.starttls(context=ssl.create_default_context())
        if email.user:
            server.login(email.user, email.password.get_secret_value() if email.password else "")
        server.send_message(message)


def _kind(error: Exception) -> str:
    # What the error says itself may hold the address.
    return f"status {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__


@contextmanager
def _httpx_kept_quiet() -> Iterator[None]:
    """httpx logs the whole address, which is the secret of a webhook."""
    logger = logging.getLogger("httpx")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
