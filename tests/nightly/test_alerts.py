"""Who is told about a night, against servers on this machine."""

import json
import logging
import socket
import ssl
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from babelwire.nightly.alerts import Alert, send
from babelwire.nightly.settings import Alerts
from website import website

controller = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")
smtp = pytest.importorskip("aiosmtpd.smtp")

FAILED = Alert(
    state="failed",
    lake="/srv/lake",
    night=date(2025, 3, 10),
    run_id="20250310T030000Z-3f9a",
    counts={"new": 3, "revision": 0, "rejected": 9},
    sentences=["9 of 12 inputs (75%) were rejected or could not be read: 9 empty."],
)


class Postbox:
    """What a mail server does with what it is told."""

    def __init__(self):
        self.mails = []
        self.logins = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd names it
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, login):
        self.logins.append((login.login, login.password))
        return smtp.AuthResult(success=login.password == b"sesame")


class OnAFreePort(controller.Controller):
    def _create_server(self):
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listening)


@pytest.fixture
def post(tmp_path, monkeypatch):
    """A mail server that wants an encrypted connection and a login, and a machine that trusts its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    kind = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*kind))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    box = Postbox()
    running = OnAFreePort(
        box,
        hostname="127.0.0.1",
        tls_context=context,
        require_starttls=True,
        authenticator=box.authenticate,
        auth_required=True,
    )
    running.start()
    box.port = running.port
    yield box
    running.stop()


def mailing(post, **more):
    email = {"host": "localhost", "port": post.port, "sender": "night@example.org", "to": ["a@example.org"], **more}
    return Alerts(email=email, timeout_seconds=5)


def hook(site):
    return Alerts(webhook_url=site.at("/hooks/sesame"), timeout_seconds=2)


def test_nobody_is_told_where_nobody_is_named():
    assert send(FAILED, Alerts()) == []


def test_a_webhook_gets_the_documented_json():
    with website({"/hooks/sesame": b"ok"}) as site:
        assert send(FAILED, hook(site)) == []
    (request,) = site.requests
    body = json.loads(request.body)
    assert request.headers["Content-Type"] == "application/json"
    assert datetime.fromisoformat(body.pop("at")).tzinfo is not None
    assert body.pop("babelwire")
    assert body == {
        "event": "night",
        "state": "failed",
        "night": "2025-03-10",
        "run": "20250310T030000Z-3f9a",
        "lake": "/srv/lake",
        "counts": {"new": 3, "revision": 0, "rejected": 9},
        "sentences": ["9 of 12 inputs (75%) were rejected or could not be read: 9 empty."],
        "text": "babelwire: the night of 2025-03-10 has failed.\n"
        "9 of 12 inputs (75%) were rejected or could not be read: 9 empty.",
    }


def test_a_sentence_without_end_is_cut():
    assert len(Alert("failed", "/srv/lake", sentences=["x" * 1_000_000]).body["sentences"][0]) == 500


@pytest.mark.parametrize("answer", [(500, {}, b"no"), (404, {}, b""), (302, {"Location": "http://127.0.0.1:9/"}, b"")])
def test_a_webhook_that_refuses_is_told_without_its_address(answer, caplog):
    caplog.set_level(logging.INFO)
    with website({"/hooks/sesame": answer}) as site:
        (problem,) = send(FAILED, hook(site))
    assert problem == f"The webhook could not be told (status {answer[0]}). Look at nightly.alerts.webhook_url."
    assert "sesame" not in caplog.text


def test_the_address_of_a_webhook_is_not_logged(caplog):
    caplog.set_level(logging.INFO)
    with website({"/hooks/sesame": b"ok"}) as site:
        send(FAILED, hook(site))
    assert "sesame" not in caplog.text


def test_a_webhook_that_is_not_there_or_does_not_answer_is_given_up():
    with website({"/hooks/sesame": lambda request: site.over.wait(30)}) as site:
        (slow,) = send(FAILED, Alerts(webhook_url=site.at("/hooks/sesame"), timeout_seconds=0.2))
    (gone,) = send(FAILED, hook(site))
    (nonsense,) = send(FAILED, Alerts(webhook_url="sesame"))
    assert ("ReadTimeout" in slow, "ConnectError" in gone) == (True, True)
    assert "sesame" not in slow + gone + nonsense


def test_a_mail_is_sent_encrypted_after_a_login(post):
    how = mailing(post, user="night", password="sesame", to=["a@example.org", "b@example.org"])
    assert send(FAILED, how) == []
    ((to, mail),) = post.mails
    assert to == ["a@example.org", "b@example.org"]
    assert (mail["Subject"], mail["From"]) == ("babelwire: the night of 2025-03-10 has failed", "night@example.org")
    text = mail.get_content()
    assert "9 of 12 inputs (75%)" in text
    assert "Inputs: 3 new, 9 rejected" in text
    assert post.logins == [(b"night", b"sesame")]


def test_a_password_is_never_sent_over_a_connection_that_is_not_trusted(post, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    (problem,) = send(FAILED, mailing(post, user="night", password="sesame"))
    assert "SSLCertVerificationError" in problem
    assert (post.logins, post.mails) == ([], [])


def test_a_mail_server_that_refuses_is_told_without_the_password(post):
    (problem,) = send(FAILED, mailing(post, user="night", password="open says me"))
    assert problem.startswith("The e-mail could not be sent (")
    assert "open says me" not in problem
    assert post.mails == []


def test_one_way_that_fails_does_not_keep_the_other_from_being_tried(post):
    email = mailing(post, user="night", password="sesame").email
    (problem,) = send(FAILED, Alerts(webhook_url="http://127.0.0.1:9/", email=email, timeout_seconds=5))
    assert "webhook" in problem
    assert len(post.mails) == 1
