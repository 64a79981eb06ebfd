"""What every engine that asks a service does, against a server of our own that plays the services."""

import logging
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from deep_translator import exceptions
from pydantic import ValidationError

from babelwire import settings
from babelwire.errors import TryLater, UsageError
from babelwire.translation import deepl, google, microsoft, mymemory
from babelwire.translation.asking import Pace, pace_of
from babelwire.translation.engine import EngineError
from babelwire.translation.services import Service
from translation.stub_server import Stub

KEY = "s3cret-k3y:fx"
NAMES = ("google", "deepl", "microsoft", "mymemory")
QUICK = {"timeout_seconds": 5, "attempts": 2, "requests_per_second": 1e6, "most_wait_seconds": 0}


@pytest.fixture
def stub(monkeypatch) -> Iterator[Stub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stub = Stub()
    yield stub
    stub.close()


def engine_of(name: str, stub: Stub, **how) -> Service:
    how = QUICK | how
    if name == "google":
        return google.Google(address=f"{stub.url}/m", **how)
    if name == "deepl":
        return deepl.DeepL(api_key=KEY, address=f"{stub.url}/v2/", **how)
    if name == "microsoft":
        return microsoft.Microsoft(api_key=KEY, address=f"{stub.url}/", **how)
    return mymemory.MyMemory(address=f"{stub.url}/get", **how)


def english(engine: Service, *texts: str) -> list[str | None]:
    return [result and result.text for result in engine.translate(texts, "it", "en")]


@pytest.mark.parametrize("name", NAMES)
def test_segments_are_translated_in_order_and_white_space_stays(stub, name):
    engine = engine_of(name, stub)
    assert english(engine, " uno & due\n", "è così", "...", "") == [" UNO & DUE\n", "È COSÌ", "...", ""]
    assert len(stub.asked) == 2
    assert engine.sends_text_away


@pytest.mark.parametrize("name", NAMES)
def test_sixteen_threads_on_one_engine_get_each_its_own_answers(stub, name):
    engine = engine_of(
        name, stub, requests_per_second=1000
    )  # so that threads wait for each other between text and request
    texts = [f"casa numero {i}" for i in range(400)]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda text: english(engine, text)[0], texts)) == [text.upper() for text in texts]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (429, "translator_busy"),
        (456, "translator_busy"),
        (500, "translator_down"),
        (504, "translator_down"),
        ("half", "translator_down"),
        ("redirect", "translator_down"),
    ],
)
def test_an_outage_that_lasts_is_for_the_next_run_and_one_that_passes_is_not_seen(stub, name, fault, code):
    engine = engine_of(name, stub)
    stub.script = [fault]
    assert english(engine, "uno") == ["UNO"]
    stub.script = [fault, fault]
    with pytest.raises(TryLater) as problem:
        english(engine, "uno")
    assert problem.value.reason_code == code
    assert engine.label in problem.value.reason
    assert not any("elsewhere" in path for path in stub.paths)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_that_hangs_is_given_up_after_the_timeout(stub, name):
    stub.script = ["hang"]
    with pytest.raises(TryLater, match="ReadTimeout"):
        english(engine_of(name, stub, timeout_seconds=0.2, attempts=1), "uno")


@pytest.mark.parametrize("name", ["deepl", "microsoft", "mymemory"])
def test_an_answer_that_is_no_json_is_for_the_next_run(stub, name):
    stub.script = ["not json", "no list"]
    with pytest.raises(TryLater) as problem:
        english(engine_of(name, stub), "uno")
    assert problem.value.reason_code == "translator_down"


@pytest.mark.parametrize("name", NAMES)
def test_a_text_the_service_refuses_is_a_failed_segment_and_the_others_go_on(stub, name):
    stub.script = [400, ["two"]]
    assert english(engine_of(name, stub), "uno", "due") == [None, "two"]


@pytest.mark.parametrize("name", NAMES)
def test_an_error_page_is_a_failed_segment_where_it_stays(stub, name):
    engine = engine_of(name, stub)
    stub.script = ["error page"]
    assert english(engine, "uno") == ["UNO"]
    stub.script = ["error page", "error page"]
    assert english(engine, "uno", "due") == [None, "DUE"]


@pytest.mark.parametrize("name", NAMES)
def test_empty_answers_and_other_languages_are_handed_on_to_the_checks(stub, name):
    stub.script = [[""], ["Das Haus"], ["casa"]]
    nothing = None if name == "mymemory" else ""
    assert english(engine_of(name, stub), "uno", "due", "casa") == [nothing, "Das Haus", "casa"]


@pytest.mark.parametrize("name", ["deepl", "microsoft"])
def test_a_key_is_never_in_an_address_a_message_or_a_log(stub, name, caplog):
    caplog.set_level(logging.DEBUG)
    engine = engine_of(name, stub)
    stub.key = KEY
    assert english(engine, "uno") == ["UNO"]
    stub.key = f"{KEY} was yesterday's"
    with pytest.raises(EngineError, match=f"BABELWIRE_TRANSLATION__{name.upper()}_API_KEY") as refused:
        english(engine, "uno")
    stub.close()
    with pytest.raises(TryLater) as gone:
        english(engine, "uno")
    told = [*stub.paths, caplog.text, repr(engine)]
    told += ["".join(traceback.format_exception(p.value)) for p in (refused, gone)]
    assert not any(KEY in text for text in told)


@pytest.mark.parametrize("module", [deepl, microsoft])
def test_without_a_key_the_variable_that_holds_it_is_named(module):
    name = module.__name__.rpartition(".")[2]
    with pytest.raises(EngineError, match=f"Set BABELWIRE_TRANSLATION__{name.upper()}_API_KEY"):
        module.from_settings(settings.Translation())
    assert module.from_settings(settings.Translation(**{f"{name}_api_key": "k"})).name == name


def test_the_free_deepl_has_another_address():
    assert deepl.DeepL(api_key="k:fx")._address == "https://api-free.deepl.com/v2/"
    assert deepl.DeepL(api_key="k")._address == "https://api.deepl.com/v2/"


def test_microsoft_is_asked_for_its_languages_once(stub):
    engine = engine_of("microsoft", stub)
    assert engine.can("it", "en")
    assert engine.can("zh-Hans", "en")
    assert not engine.can("xx", "en")
    english(engine, "uno", "due", "tre")
    assert sum("languages" in path for path in stub.paths) == 1


def test_microsoft_is_told_the_region_of_its_key_and_without_it_the_operator_is(stub):
    stub.region = "westeurope"
    assert english(engine_of("microsoft", stub, region="westeurope"), "uno") == ["UNO"]
    with pytest.raises(EngineError, match=r"translation\.microsoft_region"):
        english(engine_of("microsoft", stub), "uno")
    stub.region = ""
    assert english(engine_of("microsoft", stub), "uno") == ["UNO"]


def test_the_region_is_that_of_the_settings():
    chosen = settings.Translation(microsoft_api_key="k", microsoft_region="eastus2")
    assert microsoft.from_settings(chosen)._region == "eastus2"
    with pytest.raises(ValidationError):
        settings.Translation(microsoft_region="West Europe\r\nHost: elsewhere")


def test_a_service_that_cannot_be_asked_for_its_languages_may_know_them(stub):
    stub.close()
    assert engine_of("microsoft", stub).can("it", "en")


@pytest.mark.parametrize("name", ["deepl", "mymemory"])
def test_languages_are_asked_by_their_tags(stub, name):
    engine = engine_of(name, stub)
    assert engine.can("it", "en")
    assert engine.can("zh-Hans", "en")
    assert not engine.can("xx", "en")


def test_mymemory_is_asked_in_pieces_of_five_hundred_bytes(stub):
    text = "Perché no? È così, disse; e poi tacque a lungo. " * 30
    assert english(engine_of("mymemory", stub), text) == [text.upper()]
    assert max(len(asked.encode()) for (asked,) in stub.asked) < 500


def test_mymemory_out_of_words_for_today_is_busy_though_it_says_so_with_status_200(stub):
    stub.script = [["MYMEMORY WARNING: YOU USED ALL AVAILABLE FREE TRANSLATIONS FOR TODAY."]] * 2
    with pytest.raises(TryLater) as problem:
        english(engine_of("mymemory", stub), "uno")
    assert problem.value.reason_code == "translator_busy"


def test_mymemory_refusing_a_text_in_place_of_its_translation_is_a_failed_segment(stub):
    stub.script = [["QUERY LENGTH LIMIT EXCEEDED. MAX ALLOWED QUERY : 500 CHARS"]]
    assert english(engine_of("mymemory", stub), "uno", "due") == [None, "DUE"]


@pytest.mark.parametrize(
    ("problem", "meant"),
    [
        (exceptions.TooManyRequests(), "translator_busy"),
        (exceptions.RequestError(), "translator_down"),
        (exceptions.ServerException(500), "translator_down"),
        (exceptions.MicrosoftAPIerror("x"), "translator_down"),
        (KeyError("translations"), "translator_down"),
        (exceptions.AuthorizationException(KEY), EngineError),
        (exceptions.ApiKeyException("X"), EngineError),
        (exceptions.LanguageNotSupportedException("xx"), UsageError),
        (exceptions.InvalidSourceOrTargetLanguage(""), UsageError),
        (StopIteration(), None),
        (exceptions.TranslationNotFound("uno"), None),
        (exceptions.ElementNotFoundInGetRequest("uno"), None),
        (exceptions.NotValidLength("uno", 0, 1), None),
        (exceptions.NotValidPayload("uno"), None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_exception_of_the_library_is_an_outage_a_setting_or_a_failed_segment(problem, meant):
    class Translator:
        def translate(self, text):
            raise problem

    class Failing(Service):
        name, label, _address, _most, _key_variable = "failing", "Failing", "", 100, "FAILING_KEY"

        def _translator(self, source, target):
            return Translator()

    engine = Failing(**QUICK)
    if meant is None:
        assert english(engine, "uno") == [None]
    elif isinstance(meant, str):
        with pytest.raises(TryLater) as raised:
            english(engine, "uno")
        assert raised.value.reason_code == meant
    else:
        with pytest.raises(meant) as raised:
            english(engine, "uno")
        assert KEY not in str(raised.value)


def test_two_engines_of_one_service_keep_one_pace():
    assert google.Google()._pace is google.Google()._pace
    assert google.Google()._pace is not mymemory.MyMemory()._pace
    assert pace_of("a", 1) is not pace_of("a", 2)


@pytest.mark.parametrize("name", NAMES)
def test_every_request_waits_for_its_turn(stub, name):
    engine = engine_of(name, stub)
    turns: list[int] = []
    engine._pace = Pace(1, clock=lambda: 0.0, sleep=turns.append)
    english(engine, "uno", "due", "tre")
    assert len(turns) + 1 == len(stub.paths)


def test_half_a_character_is_a_failed_segment(stub):
    assert english(engine_of("microsoft", stub), "uno \ud800", "due") == [None, "DUE"]
