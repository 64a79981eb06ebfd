"""Small sound inputs of every kind, for damaging."""

import bz2
import gzip
import json
import lzma

import zstandard

from reading.archives.archive_samples import tarred, zipped

ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Riapre il ponte sul canale",
    "description": "Due anni di lavori, poi la prima passeggiata.",
    "author": [{"@type": "Person", "name": "Anna Neri"}],
    "datePublished": "2025-03-04T09:30:00+01:00",
    "inLanguage": "it",
    "publisher": {"@type": "Organization", "name": "Il Canale"},
    "url": "https://www.ilcanale.example/cronaca/ponte?utm_source=feed",
    "articleBody": "Il ponte pedonale è stato riaperto questa mattina.\n\nIl sindaco: «Ne è valsa la pena».",
}
OBJECT = json.dumps(ARTICLE, ensure_ascii=False).encode()
LINES = b"\n".join(json.dumps({"title": f"Titolo {n}", "text": f"Testo {n}."}).encode() for n in range(4)) + b"\n"
ARRAY = b"[" + LINES.strip().replace(b"\n", b",\n") + b"]"
TEXT = "Genova, 4 mar. (Agenzia)\n\nIl traghetto è partito in ritardo, perché pioveva.\n".encode()
MARKDOWN = (
    "# Il traghetto\n\n*Genova* – È partito in ritardo:\n\n1. la pioggia\n2. il [vento](/v)\n\n<b>Fine</b>\n".encode()
)
PAGE = (
    b"<!doctype html><html lang=it><head><meta charset=utf-8><title>Il ponte</title>"
    b'<link rel=canonical href="https://www.ilcanale.example/ponte"><meta property="og:type" content="article">'
    b'<meta property="article:published_time" content="2025-03-04T09:30:00+01:00"><meta name=author content="Anna Neri">'
    b'<script type="application/ld+json">' + OBJECT + b"</script></head><body><nav><a href=/>Home</a></nav><article>"
    b"<h1>Il ponte</h1><p>Il ponte pedonale sul canale &egrave; stato riaperto questa mattina dopo due anni di lavori.</p>"
    b"<p>Il sindaco: &#171;Ne &#xE8; valsa la pena&#187;, ha detto ai cittadini venuti a vedere la prima passeggiata.</p>"
    b"</article><footer><table><tr><td>Contatti</td></tr></table></footer></body></html>"
)
RSS = (
    b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    b"<channel><title>Il Canale</title><link>https://www.ilcanale.example/</link><language>it</language>"
    b"<item><title>Il ponte</title><link>https://www.ilcanale.example/ponte</link><guid>ponte-1</guid>"
    b"<pubDate>Tue, 04 Mar 2025 09:30:00 +0100</pubDate><description>Riapre.</description>"
    b"<content:encoded><![CDATA[<p>Il ponte &egrave; stato riaperto.</p>]]></content:encoded></item>"
    b"<item><title>Il traghetto</title><link>https://www.ilcanale.example/traghetto</link></item></channel></rss>"
)
ATOM = (
    b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Il Canale</title>'
    b"<entry><id>tag:ilcanale.example,2025:1</id><title>Il ponte</title><updated>2025-03-04T08:30:00Z</updated>"
    b'<author><name>Anna Neri</name></author><content type="html">&lt;p&gt;Il ponte riapre.&lt;/p&gt;</content></entry></feed>'
)
MAIL = (
    b"From: Redazione <redazione@ilcanale.example>\r\nTo: lettori@ilcanale.example\r\n"
    b"Subject: =?utf-8?Q?Il_ponte_=C3=A8_aperto?=\r\nDate: Tue, 4 Mar 2025 09:30:00 +0100\r\n"
    b"Message-ID: <1@ilcanale.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nIl ponte =C3=A8 stato riaperto questa mattina.\r\n--b1\r\n"
    b"Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"PHA+SWwgcG9udGUg6CBzdGF0byByaWFwZXJ0byBxdWVzdGEgbWF0dGluYS48L3A+\r\n--b1--\r\n"
)


def warc_of(*pages: bytes) -> bytes:
    records = []
    for number, page in enumerate(pages):
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
        records.append(
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000%d>\r\n"
            b"WARC-Date: 2025-03-04T08:30:00Z\r\nWARC-Target-URI: https://www.ilcanale.example/%d\r\n"
            b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
            % (number, number, len(answer), answer)
        )
    return b"".join(records)


DOCUMENTS = {
    "text": TEXT,
    "latin": TEXT.decode().encode("cp1252"),
    "utf16": TEXT.decode().encode("utf-16"),
    "markdown": MARKDOWN,
    "page": PAGE,
    "object": OBJECT,
    "mail": MAIL,
}
FEEDS = {"rss": RSS, "atom": ATOM}
RECORDS = {"lines": LINES, "array": ARRAY}
MEMBERS = (("a.html", PAGE), ("news/b.jsonl", LINES), ("c", TEXT))
ZIP = zipped(*MEMBERS)
TAR = tarred(*MEMBERS)
ARCHIVES = {
    "zip": ZIP,
    "tar": TAR,
    "gzip": gzip.compress(LINES, mtime=0),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(PAGE),
    "zstd": zstandard.compress(OBJECT),
    "tar.gz": gzip.compress(TAR, mtime=0),
    "zip in zip": zipped(("inner.zip", ZIP), ("b.gz", gzip.compress(TEXT, mtime=0))),
}
WEB_ARCHIVES = {"warc": warc_of(PAGE, TEXT), "warc.gz": gzip.compress(warc_of(PAGE), mtime=0)}
