"""Fetching is polite, bounded and says what happened; the server is a real one on loopback."""

import gzip
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from babelwire.errors import RejectInput, TryLater
from babelwire.reading.found import Unusable
from babelwire.reading.web import hosts as hosts_module
from babelwire.reading.web.fetching import Fetched, NotModified, Validators, Web, bare, linked
from babelwire.settings import Fetching
from website import website

PAGE = b"<html><body><p>The mill at Threlkeld has closed.</p></body></html>"


@pytest.fixture
def site():
    with website({"/page": PAGE}) as found:
        yield found


def web(known=(), waiting=(), **settings):
    how = {"allow_private": True, "delay_seconds": 0, "timeout_seconds": 5, **settings}
    return Web(Fetching(**how), dict(known), dict(waiting))


def problem(found):
    assert isinstance(found, Unusable)
    return found.problem


def redirect(to, status=302):
    return (status, {"Location": to}, b"")


def test_a_page_comes_with_its_address_charset_and_validators(site):
    headers = {"Content-Type": 'text/html; charset="ISO-8859-1"', "ETag": '"v1"', "Last-Modified": "yesterday"}
    site.pages["/page"] = (200, headers, PAGE)
    fetching = web(user_agent="Archive of the Borsetshire Echo")
    found = fetching.find(site.at("/page#top"))
    assert found.open().read() == PAGE
    assert (found.uri, found.size, found.lasts) == (site.at("/page"), len(PAGE), False)
    assert found.about() == {"fetched_from": site.at("/page"), "charset": "iso-8859-1"}
    kept = fetching.fetched[site.at("/page")]
    assert (kept.etag, kept.last_modified, kept.announcement) == ('"v1"', "yesterday", None)
    assert {r.headers["User-Agent"] for r in site.requests} == {"Archive of the Borsetshire Echo"}


def test_what_did_not_change_is_asked_for_with_its_validators_and_not_sent_again(site):
    site.pages["/page"] = lambda request: request.answer(304)
    before = Validators('"v1"', "yesterday", "digest", datetime(2025, 3, 1, tzinfo=UTC))
    fetching = web({site.at("/page"): before})
    assert isinstance(problem(fetching.find(site.at("/page"))), NotModified)
    assert site.requests[-1].headers["If-None-Match"] == '"v1"'
    assert site.requests[-1].headers["If-Modified-Since"] == "yesterday"
    kept = fetching.fetched[site.at("/page")]
    assert (kept.etag, kept.last_modified, kept.announcement) == ('"v1"', "yesterday", "digest")
    assert kept.fetched_at > before.fetched_at


def test_a_page_announced_as_before_is_not_asked_for_and_one_announced_anew_is(site):
    known = {site.at("/page"): Validators(announcement="old")}
    with pytest.raises(NotModified):
        web(known).page(site.at("/page"), announcement="old")
    assert site.requests == []
    fetching = web(known)
    assert fetching.page(site.at("/page"), announcement="new").content == PAGE
    assert fetching.fetched[site.at("/page")].announcement == "new"


def test_a_page_that_is_waited_for_is_asked_for_though_its_announcement_is_the_old_one(site):
    address = site.at("/page")
    fetching = web({address: Validators(announcement="old")}, {address: datetime.now(UTC)})
    assert fetching.page(address, announcement="old").content == PAGE


def test_a_page_that_two_feeds_announce_is_fetched_once(site):
    fetching = web()
    assert fetching.page(site.at("/page"), announcement="of one").content == PAGE
    with pytest.raises(NotModified):
        fetching.page(site.at("/page#comments"), announcement="of the other")
    assert site.asked == ["/page"]


def test_only_what_was_had_is_remembered_and_a_failure_is_not_asked_for_twice(site):
    fetching = web()
    for _ in range(2):
        with pytest.raises(RejectInput):
            fetching.page(site.at("/gone"), announcement="digest")
    assert fetching.fetched == {}
    assert site.asked == ["/gone"]


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (404, RejectInput, "not_found"),
        (410, RejectInput, "not_found"),
        (418, RejectInput, "http_error"),
        (401, TryLater, "host_down"),
        (403, TryLater, "host_down"),
        (429, TryLater, "host_down"),
        (500, TryLater, "host_down"),
        (503, TryLater, "host_down"),
    ],
)
def test_each_answer_that_is_no_page_has_its_reason(site, status, kind, code):
    site.pages["/page"] = (status, {}, b"sorry")
    found = problem(web().find(site.at("/page")))
    assert (type(found), found.reason_code) == (kind, code)
    assert str(status) in found.reason


def test_redirects_are_followed_and_the_page_keeps_the_address_asked_for(site):
    site.pages["/old"] = redirect("/newer", 301)
    site.pages["/newer"] = redirect(site.at("/page"), 308)
    found = web().find(site.at("/old"))
    assert (found.uri, found.address, found.content) == (site.at("/old"), site.at("/page"), PAGE)


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("/loop", "too_many_redirects"),
        ("file:///etc/passwd", "http_error"),
        ("http://[::1", "http_error"),
        ("", "http_error"),
        ("/shut", "robots_disallowed"),
    ],
)
def test_a_redirect_to_nowhere_good_is_not_followed(site, location, code):
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /shut"
    site.pages["/loop"] = redirect(location)
    assert problem(web().find(site.at("/loop"))).reason_code == code
    assert len(site.asked) <= 6


def test_robots_txt_is_fetched_once_and_obeyed(site):
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /*.html$\nDisallow: /private*/\nAllow: /private-view/open"
    fetching = web()
    for path in ("/a.html", "/privately/x"):
        assert problem(fetching.find(site.at(path))).reason_code == "robots_disallowed"
    site.pages["/private-view/open"] = PAGE
    assert isinstance(fetching.find(site.at("/private-view/open")), Fetched)
    assert [r.path for r in site.requests] == ["/robots.txt", "/private-view/open"]


def test_rules_for_this_program_go_before_those_for_all(site):
    site.pages["/robots.txt"] = "User-agent: *\nAllow: /\n\nUser-agent: EchoBot\nDisallow: /"
    assert problem(web(user_agent="EchoBot/2.1").find(site.at("/page"))).reason_code == "robots_disallowed"
    assert isinstance(web(user_agent="Another").find(site.at("/page")), Fetched)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_where_there_are_no_rules_everything_is_allowed(site, status):
    site.pages["/robots.txt"] = (status, {}, b"")
    assert isinstance(web().find(site.at("/page")), Fetched)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_where_nobody_can_tell_the_rules_nothing_is_fetched_yet(site, status):
    site.pages["/robots.txt"] = (status, {}, b"")
    fetching = web()
    found = [problem(fetching.find(site.at(path))) for path in ("/page", "/other")]
    assert {(type(p), p.reason_code) for p in found} == {(TryLater, "host_down")}
    assert [r.path for r in site.requests] == ["/robots.txt"]


@pytest.mark.timeout(20)
def test_a_hostile_robots_txt_costs_little(site):
    rules = "User-agent: *\n" + "Disallow: /" + "*a" * 200_000 + "b$\n" + "User-agent: *\nDisallow: /*x*y$\n" * 40_000
    site.pages["/robots.txt"] = rules
    path = "/" + "a" * 3000
    site.pages[path] = PAGE
    assert isinstance(web().find(site.at(path)), Fetched)


def test_requests_to_one_host_keep_the_larger_of_both_delays(site):
    site.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 0.4"
    fetching = web(delay_seconds=0.1)
    for path in ("/page", "/other"):
        fetching.find(site.at(path))
    rules, first, second = (r.at for r in site.requests)
    assert first - rules >= 0.4
    assert second - first >= 0.4


def test_a_host_that_is_busy_is_asked_again_when_it_says(site):
    def busy(request):
        site.pages["/page"] = PAGE
        request.answer(429, {"Retry-After": "1"})

    site.pages["/page"] = busy
    assert isinstance(web().find(site.at("/page")), Fetched)
    first, second = (r.at for r in site.requests if r.path == "/page")
    assert second - first >= 1


@pytest.mark.parametrize("later", ["3600", "Wed, 01 Jan 2200 00:00:00 GMT"])
def test_a_host_that_wants_more_time_is_left_alone(site, later):
    site.pages["/page"] = (503, {"Retry-After": later}, b"")
    fetching = web()
    found = [problem(fetching.find(site.at(path))) for path in ("/page", "/other")]
    assert {p.reason_code for p in found} == {"host_down"}
    assert "left alone" in found[1].reason
    assert site.asked == ["/page"]


@pytest.mark.parametrize("later", ["soon", "-5", "9" * 5000, "²"])
def test_a_senseless_retry_after_does_no_harm(site, later):
    site.pages["/page"] = lambda request: request.answer(503, {"Retry-After": later.encode().decode("latin-1")})
    assert problem(web().find(site.at("/page"))).reason_code == "host_down"
    assert site.asked == ["/page"]


def test_a_host_that_fails_again_and_again_is_left_alone_for_the_rest_of_the_run(site):
    for n in range(9):
        site.pages[f"/{n}"] = (500, {}, b"")
    fetching = web()
    found = [problem(fetching.find(site.at(f"/{n}"))) for n in range(9)]
    assert {p.reason_code for p in found} == {"host_down"}
    assert site.asked == ["/0", "/1", "/2"]
    assert isinstance(fetching.find(site.at("/page", host="localhost")), Fetched)


def test_no_host_is_asked_without_end(site, monkeypatch):
    monkeypatch.setattr(hosts_module, "_MOST_REQUESTS", 3)
    fetching = web()
    codes = [problem(fetching.find(site.at(f"/{n}"))).reason_code for n in range(4)]
    assert codes == ["not_found", "not_found", "host_limit", "host_limit"]


def test_nobody_at_home_is_tried_later():
    with website() as site:
        pass
    found = problem(web().find(site.at("/page")))
    assert (type(found), found.reason_code) == (TryLater, "host_down")
    assert "refuses the connection" in found.reason


def test_a_name_that_does_not_exist_is_tried_later():
    assert problem(web().find("http://nowhere.invalid/feed")).reason_code == "host_down"
    assert problem(web().find(f"http://{'a' * 64}.invalid/feed")).reason_code in {"host_down", "http_error"}


def slow_headers(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    request.drip(b"a", 0.02)


def slow_body(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    request.drip(b"a", 0.02)


def silent(request):
    request.drip(b"", 0.02)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("slowly", [slow_headers, slow_body, silent])
def test_an_answer_that_drips_is_given_up(site, slowly):
    site.pages["/page"] = slowly
    found = problem(web(timeout_seconds=0.1).find(site.at("/page")))
    assert (found.reason_code, "in time" in found.reason) == ("host_down", True)


def endless(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        request.wfile.write(b"a" * 65_536)


def announced_as_huge(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\nabc")


def bomb(request):
    request.answer(200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000)))


def many_small_bombs(request):
    request.answer(200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(60_000)) * 100)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("much", [endless, announced_as_huge, bomb, many_small_bombs])
def test_too_much_is_given_up(site, much):
    site.pages["/page"] = much
    assert problem(web(max_bytes=1_000_000).find(site.at("/page"))).reason_code == "too_large"


def cut_off(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")


def cut_gzip(request):
    request.answer(200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE)[:-9])


def no_gzip(request):
    request.answer(200, {"Content-Encoding": "gzip"}, PAGE)


def no_http(request):
    request.wfile.write(b"\x00\xff SSH-2.0\r\n" * 100)


def long_header(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 1_000_000 + b"\r\n\r\n")


@pytest.mark.parametrize("broken", [cut_off, cut_gzip, no_gzip, no_http, long_header])
def test_a_broken_answer_is_tried_later(site, broken):
    site.pages["/page"] = broken
    assert problem(web().find(site.at("/page"))).reason_code == "host_down"


def test_a_packed_answer_is_unpacked_and_one_that_was_not_asked_for_rejected(site):
    site.pages["/page"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE))
    assert web().find(site.at("/page")).content == PAGE
    site.pages["/page"] = (200, {"Content-Encoding": "zstd"}, zlib.compress(PAGE))
    assert problem(web().find(site.at("/page"))).reason_code == "http_error"


def test_a_name_and_password_are_sent_to_their_site_only_and_appear_nowhere_else(site):
    with website({"/page": PAGE}) as other:
        site.pages["/feed"] = redirect("/inner")
        site.pages["/inner"] = redirect(other.at("/page"))
        fetching = web()
        found = fetching.find(site.at("/feed", host="wren:s3cret@127.0.0.1"))
        assert found.uri == site.at("/feed")
        assert all(r.headers["Authorization"] == "Basic d3JlbjpzM2NyZXQ=" for r in site.requests)
        assert not any("Authorization" in r.headers for r in other.requests)
    failed = fetching.find(other.at("/", host="wren:s3cret@127.0.0.1"))
    assert "s3cret" not in repr((found, failed, fetching.fetched, str(failed.problem)))


def test_an_announced_link_sends_no_password(site):
    web().page(site.at("/page", host="wren:s3cret@127.0.0.1"), announcement="digest")
    assert not any("Authorization" in r.headers for r in site.requests)


@pytest.mark.parametrize("link", ["", "http://", "http://[/", "javascript:alert(1)", "ftp://x/", "http://a b/", "\x00"])
def test_a_link_that_is_no_web_address_is_rejected(link):
    with pytest.raises(RejectInput) as caught:
        web().page(link, announcement="digest")
    assert caught.value.reason_code == "http_error"


def test_what_is_asked_for_in_vain_for_a_fortnight_is_given_up(site):
    site.pages["/page"] = (500, {}, b"")
    for days, code in ((13, "host_down"), (15, "given_up")):
        since = datetime.now(UTC) - timedelta(days=days)
        assert problem(web(waiting={site.at("/page"): since}).find(site.at("/page"))).reason_code == code


def test_a_proxy_of_the_environment_is_not_used(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert isinstance(web().find(site.at("/page")), Fetched)


@pytest.mark.parametrize(
    ("address", "without"),
    [
        ("https://a:b@c.example/d?e=f@g#h", "https://c.example/d?e=f@g"),
        ("http://c.example?x=@y", "http://c.example?x=@y"),
        ("http://a@b@c.example/", "http://c.example/"),
        ("http://c.example/a%20b/", "http://c.example/a%20b/"),
    ],
)
def test_a_bare_address_has_no_password_and_no_fragment(address, without):
    assert bare(address) == without


def test_a_relative_link_starts_from_the_feed():
    feed = Fetched("http://a.example/feed", 0, None, address="http://b.example/news/feed.xml")
    assert linked("../x.html#c", feed) == "http://b.example/x.html"
    assert linked("//c.example/y", feed) == "http://c.example/y"
    assert linked("http://[", feed) == "http://["


@pytest.mark.parametrize(
    ("follow", "followed"), [("web", [True, False]), ("always", [True, True]), ("never", [False] * 2)]
)
def test_the_settings_say_which_feeds_are_followed(follow, followed):
    feeds = (Fetched("http://a.example/", 0, None), Unusable("file:///a.xml", NotModified()))
    assert [web(follow=follow).follows(feed) for feed in feeds] == followed
