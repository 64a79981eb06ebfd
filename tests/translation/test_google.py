"""The Google engine against a page of our own on this machine."""

import html
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from babelwire.errors import TryLater
from babelwire.translation.google import Google

ERROR_PAGE = (
    "Error 500 (Server Error)!!1500.That’s an error.There was an error. Please try again later.That’s all we know."
)


class Page:
    """A translation page that says what it is asked in capitals, but follows `script` first: statuses or texts."""

    def __init__(self):
        self.asked, self.longest, self.script = [], 0, []
        self.hang = threading.Event()
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                page.longest = max(page.longest, len(self.path))
                (text,) = parse_qs(urlsplit(self.path).query)["q"]
                page.asked.append(text)
                answer = page.script.pop(0) if page.script else text.upper()
                if answer == "hang":
                    page.hang.wait(30)
                    return
                status, body = (answer, "") if isinstance(answer, int) else (200, answer)
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                shown = "" if body == "no result" else f'<div class="result-container">{html.escape(body)}</div>'
                self.wfile.write(f"<html>{shown}</html>".encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.engine = Google(
            timeout_seconds=5, page=f"http://127.0.0.1:{self.server.server_address[1]}/m", most_wait_seconds=0
        )

    def english(self, *texts):
        return [result and result.text for result in self.engine.translate(texts, "it", "en")]


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    page = Page()
    yield page
    page.hang.set()
    page.server.shutdown()
    page.server.server_close()


def test_segments_are_translated_in_order(page):
    assert page.english("uno", "due", "tre") == ["UNO", "DUE", "TRE"]


def test_punctuation_and_blanks_are_not_sent(page):
    assert page.english("...", "", "  ", "—") == ["...", "", "  ", "—"]
    assert page.asked == []


def test_white_space_around_a_segment_stays(page):
    assert page.english("  uno due\n") == ["  UNO DUE\n"]


def test_a_page_that_answers_with_the_text_itself_is_no_failure(page):
    page.script = ["Roma", "- - 7"]
    assert page.english("Roma", "- - 7") == ["Roma", "- - 7"]


def test_a_long_segment_is_sent_in_pieces_and_joined(page):
    text = "perché è più bello così, " * 400
    assert page.english(text) == [text.upper()]
    assert len(page.asked) > 1
    assert page.longest < 5000


def test_a_refusal_is_tried_once_more(page):
    page.script = [429, "one", 503, "two"]
    assert page.english("uno", "due") == ["one", "two"]


@pytest.mark.parametrize(
    ("script", "code"),
    [([429, 429], "translator_busy"), ([500, 503], "translator_down"), ([404, 404], "translator_down")],
)
def test_a_service_that_keeps_refusing_is_for_the_next_run(page, script, code):
    page.script = script
    with pytest.raises(TryLater) as problem:
        page.english("uno")
    assert problem.value.reason_code == code
    assert len(page.asked) == 2


def test_a_service_that_hangs_is_given_up_after_the_timeout(page):
    page.engine = Google(timeout_seconds=0.2, page=page.engine._page, most_wait_seconds=0)
    page.script = ["hang", "hang"]
    with pytest.raises(TryLater, match="Timeout"):
        page.english("uno")


def test_a_service_that_is_not_there_is_for_the_next_run(page):
    page.server.shutdown()
    page.server.server_close()
    with pytest.raises(TryLater, match="ConnectionError"):
        page.english("uno")


def test_an_error_page_in_place_of_a_translation_is_a_failed_segment(page):
    page.script = [ERROR_PAGE, ERROR_PAGE, ERROR_PAGE, "two"]
    assert page.english("uno", "due") == [None, "two"]


def test_a_page_without_a_result_is_a_failed_segment(page):
    page.script = ["no result"]
    assert page.english("uno", "due") == [None, "DUE"]


def test_threads_that_share_the_engine_get_their_own_answers(page):
    texts = [f"casa numero {i}" for i in range(100)]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda text: page.english(text)[0], texts)) == [text.upper() for text in texts]


def test_languages_are_asked_by_their_tags():
    assert Google().can("it", "en")
    assert Google().can("zh-Hans", "en")
    assert not Google().can("xx", "en")


def test_the_version_is_that_of_the_library():
    assert Google().version.startswith("through deep-translator 1.")
