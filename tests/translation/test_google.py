"""The Google engine against a page of our own on this machine."""

from collections.abc import Iterator

import pytest

from babelwire import settings
from babelwire.errors import TryLater, UsageError
from babelwire.translation.google import Google, from_settings
from translation.stub_server import ERROR_PAGE, Stub


@pytest.fixture
def stub(monkeypatch) -> Iterator[Stub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stub = Stub()
    yield stub
    stub.close()


def google(stub: Stub, **how) -> Google:
    quick = {"timeout_seconds": 5, "attempts": 2, "requests_per_second": 1e6, "most_wait_seconds": 0}
    return Google(address=f"{stub.url}/m", **(quick | how))


def english(stub: Stub, *texts: str, **how) -> list[str | None]:
    return [result and result.text for result in google(stub, **how).translate(texts, "it", "en")]


def test_segments_are_translated_in_order(stub):
    assert english(stub, "uno", "due", "tre") == ["UNO", "DUE", "TRE"]


def test_punctuation_and_blanks_are_not_sent(stub):
    assert english(stub, "...", "", "  ", "—") == ["...", "", "  ", "—"]
    assert stub.asked == []


def test_white_space_around_a_segment_stays(stub):
    assert english(stub, "  uno due\n") == ["  UNO DUE\n"]


def test_a_page_that_answers_with_the_text_itself_is_no_failure(stub):
    stub.script = [["Roma"], ["- - 7"]]
    assert english(stub, "Roma", "- - 7") == ["Roma", "- - 7"]


def test_a_long_segment_is_sent_in_pieces_and_joined(stub):
    text = "perché è più bello così, " * 400
    assert english(stub, text) == [text.upper()]
    assert len(stub.asked) > 1
    assert max(map(len, stub.paths)) < 5000


def test_a_refusal_is_tried_once_more(stub):
    stub.script = [429, ["one"], 503, ["two"]]
    assert english(stub, "uno", "due") == ["one", "two"]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ([429, 429], "translator_busy"),
        ([403, 403], "translator_busy"),
        ([500, 503], "translator_down"),
        ([404, 404], "translator_down"),
        (["redirect", "redirect"], "translator_down"),
        (["half", "half"], "translator_down"),
    ],
)
def test_a_service_that_keeps_refusing_is_for_the_next_run(stub, script, code):
    stub.script = script
    with pytest.raises(TryLater) as problem:
        english(stub, "uno")
    assert problem.value.reason_code == code
    assert not any("elsewhere" in path for path in stub.paths)


def test_a_service_that_hangs_is_given_up_after_the_timeout(stub):
    stub.script = ["hang", "hang"]
    with pytest.raises(TryLater, match="ReadTimeout"):
        english(stub, "uno", timeout_seconds=0.2)


def test_a_service_that_is_not_there_is_for_the_next_run(stub):
    stub.close()
    with pytest.raises(TryLater, match="ConnectError"):
        english(stub, "uno")


def test_an_error_page_in_place_of_a_translation_is_a_failed_segment(stub):
    stub.script = [[ERROR_PAGE], [ERROR_PAGE], [ERROR_PAGE], ["two"]]
    assert english(stub, "uno", "due") == [None, "two"]


def test_a_page_without_a_result_is_a_failed_segment(stub):
    stub.script = ["no result"]
    assert english(stub, "uno", "due") == [None, "DUE"]


def test_a_text_the_page_finds_too_long_is_a_failed_segment(stub):
    stub.script = [413]
    assert english(stub, "uno", "due") == [None, "DUE"]


def test_an_empty_answer_is_handed_on_to_the_checks(stub):
    stub.script = ["empty"]
    assert english(stub, "uno") == [""]


def test_languages_are_asked_by_their_tags():
    assert Google().can("it", "en")
    assert Google().can("zh-Hans", "en")
    assert not Google().can("xx", "en")


def test_a_language_it_does_not_know_is_a_mistake_of_usage(stub):
    with pytest.raises(UsageError, match="Google Translate does not translate from xx to en"):
        google(stub).translate(["uno"], "xx", "en")


def test_the_version_is_that_of_the_library():
    assert Google().version.startswith("through deep-translator 1.")


def test_it_is_made_from_the_settings(stub):
    engine = from_settings(settings.Translation(timeout_seconds=7))
    assert (engine.name, engine.sends_text_away) == ("google", True)
