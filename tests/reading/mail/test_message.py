"""How an e-mail is read as an article."""

import base64
import contextlib
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.errors import RejectInput
from babelwire.reading.mail.message import is_mail, read_mail

LATEST = datetime(2025, 6, 1, tzinfo=UTC)
BODY = "Il ponte sul fiume riapre domani alle sei.\n\nLa prova di carico è andata bene, dice il Comune."
HEAD = (
    "From: Anna Neri <anna.neri@ilcanale.example>\r\nTo: lettori@lista.example\r\nSubject: Il ponte riapre\r\n"
    "Date: Tue, 4 Mar 2025 10:20:00 +0100 (CET)\r\nMessage-ID: <1@ilcanale.example>\r\nMIME-Version: 1.0\r\n"
)


def mail(body=BODY, *, subject="Il ponte riapre", sender="Anna Neri <anna.neri@ilcanale.example>", **headers):
    message = EmailMessage()
    message["From"], message["Subject"], message["To"] = sender, subject, "lettori@lista.example"
    message["Date"] = "Tue, 04 Mar 2025 10:20:00 +0100"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if body is not None:
        message.set_content(body)
    return message


def read(message):
    return read_mail(message if isinstance(message, bytes) else message.as_bytes(), latest=LATEST)


def stopped(message):
    with pytest.raises(RejectInput) as raised:
        read(message)
    return raised.value.reason_code


def test_a_plain_mail_is_an_article_by_its_sender():
    message = mail()
    message["Content-Language"] = "it"
    found = read(message)
    assert found == {
        "uri": None,
        "publisher": None,
        "site": "ilcanale.example",
        "headline": "Il ponte riapre",
        "byline": ["Anna Neri"],
        "published_at": datetime(2025, 3, 4, 9, 20, tzinfo=UTC),
        "declared_language": "it",
        "text": BODY,
    }


@pytest.mark.parametrize(
    ("sender", "list_id", "publisher", "byline"),
    [
        ("Il Canale <newsletter@news.ilcanale.example>", None, "Il Canale", []),
        ("Anna Neri da Il Canale <nl@ilcanale.example>", None, "Il Canale", ["Anna Neri"]),
        ("Il Canale | Cultura <nl@ilcanale.example>", None, "Il Canale", []),
        (
            "Redazione <redazione@ilcanale.example>",
            "La lettera del Canale <l.ilcanale.example>",
            "La lettera del Canale",
            [],
        ),
        ("Gazzetta di Valle <info@gmail.com>", None, "Gazzetta di Valle", []),
        ("=?utf-8?q?Nicol=C3=B2_Ber=C3=A9?= <n.bere@ilcanale.example>", None, None, ["Nicolò Beré"]),
        ("anna@ilcanale.example", None, None, []),
    ],
)
def test_a_sender_is_a_person_only_where_the_address_says_so(sender, list_id, publisher, byline):
    head = HEAD.replace("Anna Neri <anna.neri@ilcanale.example>", sender) + (
        f"List-Id: {list_id}\r\n" if list_id else ""
    )
    found = read(f"{head}\r\n{BODY}".encode())
    assert (found["publisher"], found["byline"]) == (publisher, byline)


def test_encoded_words_and_prefixes_of_the_subject_are_undone():
    head = HEAD.replace("Il ponte riapre", "Fwd: I: =?iso-8859-1?Q?Citt=E0?=\r\n =?utf-8?B?IGUgcG9ydMOy?=")
    assert read(f"{head}\r\n{BODY}".encode())["headline"] == "Città e portò"


def test_a_colon_inside_the_subject_is_no_prefix():
    assert read(mail(subject="Ponti: tre: i lavori"))["headline"] == "Ponti: tre: i lavori"


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_transfer_encodings_are_undone_whatever_charset_is_declared(encoding, charset):
    message = EmailMessage()
    message.set_content(BODY, cte="base64" if encoding == "7bit" else encoding)
    content = {
        "7bit": BODY,
        "quoted-printable": message.get_payload(),
        "base64": base64.encodebytes(BODY.encode()).decode(),
    }[encoding]
    head = f'{HEAD}Content-Type: text/plain; charset="{charset}"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    assert read((head + content).encode())["text"].strip() == BODY


def test_a_newsletter_is_read_without_its_wrapping():
    message = mail("Apri questa mail in un browser.", sender="Il Canale <nl@ilcanale.example>")
    message.add_alternative(
        f"""<html lang="it"><head><style>p {{}}</style><title>x</title></head><body>
        <div style="display: none">Anteprima nascosta</div>
        <a href="https://ilcanale.example/lettera/2025-03-04">Leggi nel browser</a>
        <table><tr><td><p>Il ponte riapre.</p></td></tr><tr><td><p>{BODY}</p></td></tr></table>
        <img src="https://t.example/o.gif?u=1" width="1"><p>Hai ricevuto questa email perché sei iscritto.
        <a href="https://ilcanale.example/u?e=9">Disiscriviti</a></p><p>Via Roma 1</p></body></html>""",
        subtype="html",
    )
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    message.add_attachment("allegato", filename="note.txt")
    found = read(message)
    assert found["text"] == "Il ponte riapre.\n\n" + " ".join(BODY.split())
    assert found["uri"] == "https://ilcanale.example/lettera/2025-03-04"
    assert found["declared_language"] == "it"


@pytest.mark.parametrize(
    "address",
    [
        "https://click.lista.example/lettera",
        "https://ilcanale.example/lettera?e=9f8e",
        "https://ilcanale.example/v/4f2b8c1d9e0a7f6b5c4d3e2f1a0b",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_belongs_to_one_reader_is_not_the_articles(address):
    message = mail(None)
    message.set_content(f'<p>{BODY}</p><a href="{address}">View in browser</a>', subtype="html")
    assert read(message)["uri"] is None


def test_a_header_may_name_the_address():
    assert read(mail(Archived_At="<https://lista.example/m/7>"))["uri"] == "https://lista.example/m/7"


def test_the_full_plain_alternative_is_preferred():
    message = mail(BODY)
    message.add_alternative(f"<p>{BODY}</p>", subtype="html")
    assert read(message)["text"] == BODY


def test_signature_and_footer_are_no_text():
    assert read(mail(f"{BODY}\n\n-- \nAnna Neri\nIl Canale\n"))["text"] == BODY
    assert read(mail(f"{BODY}\n\nTo unsubscribe write to us.\n\nVia Roma 1\n"))["text"] == BODY


def test_flowed_lines_are_joined():
    head = f"{HEAD}Content-Type: text/plain; format=flowed\r\n\r\n"
    assert read(f"{head}Il ponte \r\nriapre.\r\nFine.".encode())["text"] == "Il ponte riapre.\nFine."


def test_a_forwarded_mail_is_the_article():
    inner = mail(subject="Dentro", sender="Luca Bassi <luca.bassi@valle.example>")
    outer = mail(None, subject="Fwd: Dentro", sender="Ugo <ugo@altro.example>")
    outer.add_attachment(inner)
    found = read(outer)
    assert (found["headline"], found["byline"], found["text"]) == ("Dentro", ["Luca Bassi"], BODY)


def test_a_mail_forwarded_in_the_text_is_the_article():
    above = (
        "Ecco.\n\n---------- Messaggio inoltrato ---------\nDa: Luca Bassi <luca.bassi@valle.example>\n"
        "Date: Mon, 3 Mar 2025 08:00:00 +0000\nOggetto: Dentro\nA: me\n\n"
    )
    found = read(mail(above + BODY, subject="I: Dentro"))
    assert (found["headline"], found["byline"], found["text"]) == ("Dentro", ["Luca Bassi"], BODY)
    assert found["published_at"] == datetime(2025, 3, 3, 8, tzinfo=UTC)


def test_a_mail_that_comes_with_an_attached_one_keeps_its_own_text():
    outer = mail("Il mio testo, non quello allegato.")
    outer.add_attachment(mail())
    assert read(outer)["text"] == "Il mio testo, non quello allegato."


def test_a_mail_that_breaks_off_gives_no_half_article():
    message = mail(None)
    message.set_content(f"<p>{BODY * 20}</p>", subtype="html")
    message.add_attachment(b"x" * 999, maintype="application", subtype="pdf", filename="a.pdf")
    raw = message.as_bytes()
    assert stopped(raw[: raw.index(b"application/pdf") // 2]) == "damaged_mail"
    assert BODY.partition(".")[0] in read(raw[:-400])["text"]


def test_a_mail_without_text_says_so():
    message = mail(None)
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    assert stopped(message) == "no_text"
    assert stopped(HEAD.encode() + b"\r\n") == "no_text"


def test_a_mailbox_is_not_read_as_one_mail():
    one = f"From a@b.example Tue Mar  4 10:20:00 2025\n{HEAD}\n{BODY}\n\n".encode()
    assert read(one)["text"].strip() == BODY
    assert stopped(one + one) == "unknown_format"


def test_mail_is_known_by_its_headers():
    many = "".join(
        f"Received: from a{n}.example\r\n\tby b.example; Tue, 4 Mar 2025 10:20:00 +0100\r\n" for n in range(99)
    )
    long = f"Return-Path: <a@b.example>\r\nDelivered-To: c@d.example\r\n{many}".encode()
    assert all(is_mail(head) for head in (HEAD.encode(), b"From a@b.example x\n" + HEAD.encode(), long[:4096]))
    assert is_mail(b"\xef\xbb\xbf" + HEAD.encode() + b"\r\n\xff\xfe")


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"Roma: riapre il ponte\nFrom: x\nDate: y\nSubject: z\n",
        b"From Rome with love.\n\nText",
        b"Title: Il ponte\nDate: 2025-03-04\nAuthor: Anna Neri\n\nText",
        b"HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/html\r\n\r\n",
        b'{"From": "a"}',
        b"<html>",
    ],
)
def test_other_texts_are_no_mail(head):
    assert not is_mail(head)


def nested(depth):
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))


@pytest.mark.parametrize(
    "raw",
    [
        nested(500) + b"\r\ntesto",
        b"From: " + b"(" * 1_000_000 + b"\r\n\r\ntesto",
        b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\r\n\r\ntesto",
        b"Content-Type: text/plain; " + b'a*0="' * 20_000 + b"\r\n\r\ntesto",
        b"Content-Type: " + b"a;" * 500_000 + b"\r\n\r\ntesto",
        nested(99) + b"\r\n" + b"riga\r\n" * 20_000,
        b"\r\n".join([b"Received: x"] * 50_000) + b"\r\n\r\ntesto",
        b"a: b\r\n\r\n" + b"\n-- \n" * 200_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a href=x>view browser" * 20_000,
        b"a: b\r\n\r\n" + b"----------Forwarded" * 50_000,
        b"a: b\r\n\r\n" + b"view " * 200_000,
    ],
    ids=[
        "nested",
        "brackets",
        "words",
        "parameters",
        "endless",
        "long and nested",
        "headers",
        "signatures",
        "anchors",
        "forwards",
        "browser",
    ],
)
@pytest.mark.timeout(20)
def test_hostile_mails_end(raw):
    raw = HEAD.encode() + raw
    is_mail(raw)
    with contextlib.suppress(RejectInput):
        assert read(raw)["text"]


def whole():
    message = mail(BODY)
    message.add_alternative(f"<p>{BODY}</p>", subtype="html")
    message.add_attachment(mail())
    return message.as_bytes()


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_damage_anywhere_gives_a_document_or_a_reason(data):
    raw = bytearray(whole())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
        raw = raw or bytearray(b"\n")
    try:
        found = read(bytes(raw))
    except RejectInput:
        return
    assert found["text"].strip()
    for value in found.values():
        str(value).encode()
