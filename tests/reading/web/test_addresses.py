"""No address inside is reached, whatever leads there."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from babelwire.reading.web import addresses
from babelwire.reading.web.addresses import is_public
from babelwire.reading.web.fetching import Fetched, Web
from babelwire.settings import Fetching
from website import website

INSIDE = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1"),
    *("fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:db8::1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


def fetch(address, **settings):
    return Web(Fetching(delay_seconds=0, timeout_seconds=5, **settings)).find(address)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "LOCALHOST", "2130706433", "0x7f.1", "127.1", "0", "0.0.0.0"),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "169.254.169.254", "wren:pw@127.0.0.1"),
    ],
)
def test_nothing_on_this_machine_is_fetched_however_it_is_spelt(host):
    with website({"/page": b"a secret of this machine"}) as site:
        assert fetch(site.at("/page", host=host)).problem.reason_code == "private_address"
        assert site.requests == []


@pytest.mark.parametrize(
    "host", ["localhost.", "0177.0.0.1", "１２７.０.０.１", "127。0。0。1", "127.0.0.1%00.example", "[::1%25lo]"]
)
def test_nor_is_it_where_only_some_resolvers_understand_the_name(host):
    with website({"/page": b"a secret of this machine"}) as site:
        assert not isinstance(fetch(site.at("/page", host=host)), Fetched)
        assert site.requests == []


def test_it_is_fetched_where_the_settings_allow_it():
    with website({"/page": b"open"}) as site:
        assert isinstance(fetch(site.at("/page", host="localhost"), allow_private=True), Fetched)


def test_a_redirect_into_a_private_network_is_refused(monkeypatch):
    inside = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1" or inside(address))
    with website() as site:
        site.pages["/page"] = (302, {"Location": f"http://127.0.0.2:{site.port}/secret"}, b"")
        found = fetch(site.at("/page"))
        assert found.problem.reason_code == "private_address"
        assert site.asked == ["/page"]


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(monkeypatch):
    answers = iter([["10.0.0.5", "1.1.1.1"], ["127.0.0.1"]])
    connected = []

    def resolve(host, port, *_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(answers)]

    def connect(address, *_, **__):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert fetch("http://rebinding.example/").problem.reason_code == "host_down"
    assert connected == [("1.1.1.1", 80)]


@pytest.fixture
def certificate(tmp_path):
    """A certificate of this machine that nobody trusts, and a context that serves with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


def test_a_certificate_that_nobody_trusts_is_not_accepted(certificate):
    _, context = certificate
    with website({"/page": b"open"}, tls=context) as site:
        found = fetch(site.at("/page").replace("http:", "https:"), allow_private=True)
    assert found.problem.reason_code == "host_down"
    assert "certificate" in found.problem.reason


def test_a_redirect_from_https_stays_on_https(certificate, monkeypatch):
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with website({"/page": b"open"}, tls=context) as site:
        site.pages["/old"] = (301, {"Location": site.at("/page")}, b"")
        found = fetch(site.at("/old").replace("http:", "https:"), allow_private=True)
    assert (found.content, found.address) == (b"open", site.at("/page").replace("http:", "https:"))
