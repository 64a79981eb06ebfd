"""The LibreTranslate client against a server of our own that answers as LibreTranslate does."""

import logging
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from babelwire import settings
from babelwire.errors import TryLater, UsageError
from babelwire.translation.engine import EngineError
from babelwire.translation.libretranslate import LibreTranslate, from_settings
from translation.stub_server import FAULTS, WRONG_LANGUAGE, Stub

KEY = "s3cret-k3y"


@pytest.fixture
def start() -> Iterator[Callable[..., Stub]]:
    stubs: list[Stub] = []

    def _start(**how) -> Stub:
        stubs.append(Stub(**how))
        return stubs[-1]

    yield _start
    for stub in stubs:
        stub.close()


def engine_of(stub: Stub, **how) -> LibreTranslate:
    return LibreTranslate(url=stub.url, **({"timeout_seconds": 5, "attempts": 2, "most_wait_seconds": 0} | how))


def english(engine: LibreTranslate, *texts: str) -> list[str | None]:
    return [result and result.text for result in engine.translate(texts, "it", "en")]


def numbered(count: int) -> list[str]:
    return [f"frase numero {i}" for i in range(count)]


def capitals(texts: list[str]) -> list[str]:
    return [text.upper() for text in texts]


def test_many_segments_go_in_one_request_and_come_back_in_order(start):
    stub = start()
    assert english(engine_of(stub), *numbered(30)) == capitals(numbered(30))
    assert len(stub.asked) == 1


def test_blanks_and_punctuation_are_not_sent_and_equal_segments_once(start):
    stub = start()
    assert english(engine_of(stub), "", "...", " sì \n", "sì") == ["", "...", " SÌ \n", "SÌ"]
    assert stub.asked == [["sì"]]


def test_nothing_to_translate_is_nothing(start):
    assert english(engine_of(start())) == []


def test_the_limit_of_characters_of_the_server_is_kept(start):
    stub = start(limits={"charLimit": 100})
    texts = [*numbered(20), "una frase molto più lunga " * 10]
    assert english(engine_of(stub), *texts) == capitals(texts)
    assert max(sum(map(len, asked)) for asked in stub.asked) <= 100


def test_the_limit_of_texts_which_the_server_does_not_tell_is_found_and_remembered(start):
    stub = start(limits={"batchLimit": 10})
    engine = engine_of(stub)
    assert english(engine, *numbered(40)) == capitals(numbered(40))
    before = len(stub.asked)
    assert english(engine, *numbered(40)) == capitals(numbered(40))
    assert all(len(asked) <= 10 for asked in stub.asked[before:])


def test_a_segment_the_server_refuses_fails_alone(start):
    stub = start()
    original = stub._refusal
    stub._refusal = lambda service, key, texts: 400 if "cattiva" in texts else original(service, key, texts)
    texts = [*numbered(9), "cattiva", "buona"]
    assert english(engine_of(stub), *texts) == [*capitals(numbered(9)), None, "BUONA"]


def test_a_segment_that_breaks_the_model_fails_alone(start):
    stub = start(broken_by="rompe")
    texts = [*numbered(5), "questa rompe tutto", "buona"]
    assert english(engine_of(stub), *texts) == [*capitals(numbered(5)), None, "BUONA"]


def test_a_server_that_fails_over_everything_is_asked_no_further(start):
    stub = start(fault_rate=1, faults=[500])
    with pytest.raises(TryLater, match="status 500"):
        english(engine_of(stub), *numbered(40))
    assert len(stub.asked) == 4


@pytest.mark.parametrize("fault", ["shuffled", "shortened", [], ["one for all"]])
def test_a_list_that_is_not_in_order_or_not_whole_is_asked_again_in_halves(start, fault):
    stub = start()
    stub.script = [fault]
    assert english(engine_of(stub), *numbered(12)) == capitals(numbered(12))
    assert len(stub.asked) == 3


def test_a_list_turned_round_is_noticed(start):
    stub = start()
    texts = numbered(5)
    sent = [texts[0], *texts, texts[0]]
    stub.script = [capitals(sent)[::-1]]
    assert english(engine_of(stub), *texts) == capitals(texts)


@pytest.mark.parametrize("answer", [[], ["A", "B"]])
def test_one_segment_with_no_answer_or_two_is_failed(start, answer):
    stub = start()
    stub.script = [answer]
    assert english(engine_of(stub), "uno") == [None]


def test_what_comes_back_unchanged_empty_or_in_another_language_is_handed_on_to_the_checks(start):
    stub = start()
    stub.script = [["uno"], [""], "wrong language"]
    engine = engine_of(stub)
    assert [english(engine, text)[0] for text in ("uno", "due", "tre")] == ["uno", "", WRONG_LANGUAGE]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (429, "translator_busy"),
        (500, "translator_down"),
        (504, "translator_down"),
        ("half", "translator_down"),
        ("not json", "translator_down"),
        ("no list", "translator_down"),
        ("redirect", "translator_down"),
    ],
)
def test_an_outage_that_lasts_is_for_the_next_run_and_one_that_passes_is_not_seen(start, fault, code):
    stub = start()
    engine = engine_of(stub)
    stub.script = [fault]
    assert english(engine, "uno") == ["UNO"]
    stub.script = [fault] * 4
    with pytest.raises(TryLater) as problem:
        english(engine, "uno")
    assert problem.value.reason_code == code
    assert "LibreTranslate at 127.0.0.1:" in problem.value.reason
    assert not any("elsewhere" in path for path in stub.paths)


def test_a_server_that_hangs_is_given_up_after_the_timeout(start):
    stub = start()
    stub.script = ["hang"]
    with pytest.raises(TryLater, match="ReadTimeout"):
        english(engine_of(stub, timeout_seconds=0.2, attempts=1), "uno")


def test_a_server_that_is_not_there_is_for_the_next_run_and_may_have_the_pair(start):
    stub = start()
    engine = engine_of(stub)
    stub.close()
    assert engine.can("it", "en")
    with pytest.raises(TryLater, match="ConnectError"):
        english(engine, "uno")


def test_the_pairs_are_those_of_the_server(start):
    engine = engine_of(start())
    assert engine.can("it", "en")
    assert engine.can("it-CH", "en-GB")
    assert engine.can("zh-Hans", "en")
    assert not engine.can("xx", "en")
    assert not engine.can("it", "xx")
    with pytest.raises(UsageError, match="does not translate from xx to en"):
        engine.translate(["uno"], "xx", "en")


def test_the_server_is_asked_once_what_it_can_until_the_engine_is_closed(start):
    stub = start()
    engine = engine_of(stub)
    for _ in range(3):
        engine.can("it", "en")
        english(engine, "uno")
    assert stub.paths.count("/languages") == stub.paths.count("/frontend/settings") == 1
    engine.close()
    english(engine, "uno")
    assert stub.paths.count("/languages") == 2


def test_a_key_is_sent_where_there_is_one_and_never_told(start, caplog):
    caplog.set_level(logging.DEBUG)
    stub = start(key=KEY)
    assert english(engine_of(stub, api_key=KEY), "uno") == ["UNO"]
    told = [repr(engine_of(stub, api_key=KEY))]
    stub.key = f"{KEY} was yesterday's"
    for engine in (engine_of(stub, api_key=KEY), engine_of(stub)):
        with pytest.raises(EngineError, match="BABELWIRE_TRANSLATION__LIBRETRANSLATE__API_KEY") as problem:
            english(engine, "uno")
        told.append("".join(traceback.format_exception(problem.value)))
    assert not any(KEY in text for text in [*told, *stub.paths, caplog.text])


@pytest.mark.parametrize(
    ("url", "away"),
    [
        ("http://127.0.0.1:5000", False),
        ("http://localhost:5000/", False),
        ("https://[::1]:5000", False),
        ("http://127.8.8.8", False),
        ("https://translate.example.org", True),
        ("http://192.168.1.5:5000", True),
        ("http://localhost.example.org", True),
        ("http://127.0.0.1.example.org", True),
        ("http://0.0.0.0:5000", True),
    ],
)
def test_text_leaves_the_machine_unless_the_server_is_on_it(url, away):
    assert LibreTranslate(url=url).sends_text_away is away


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:5000",
        "ftp://host",
        "file:///etc/passwd",
        "http://",
        "http://me:pw@host",
        "http://h:x",
        "http://h?q=1",
    ],
)
def test_an_address_that_is_none_of_a_server_is_refused_without_repeating_it(url):
    with pytest.raises(EngineError, match=r"translation\.libretranslate\.url") as problem:
        LibreTranslate(url=url)
    assert "pw" not in str(problem.value)


def test_a_server_on_this_machine_is_never_asked_through_a_proxy(start, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:9")
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:9")
    assert english(engine_of(start()), "uno") == ["UNO"]


def test_sixteen_threads_on_one_engine_get_each_its_own_answers(start):
    engine = engine_of(start())
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda text: english(engine, text)[0], numbered(400))) == capitals(numbered(400))


def test_with_faults_on_every_hand_no_text_comes_back_under_another(start):
    faults = [fault for fault in FAULTS if fault not in {"hang", "wrong language", "error page", "empty"}]
    engine = engine_of(start(faults=faults, fault_rate=0.3, seed=7), attempts=3)
    batches = [[f"{b} e {i}" for i in range(10)] for b in range(40)]

    def work(batch: list[str]) -> list[str | None]:
        try:
            return english(engine, *batch)
        except TryLater:
            return [None] * len(batch)

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(work, batches))
    pairs = [pair for batch, result in zip(batches, results, strict=True) for pair in zip(batch, result, strict=True)]
    assert all(answer in {None, text.upper()} for text, answer in pairs)
    assert sum(answer is not None for _, answer in pairs) > 300


def test_it_is_made_from_the_settings():
    chosen = settings.Translation(libretranslate=settings.LibreTranslate(url="https://mt.example.org", api_key=KEY))
    engine = from_settings(chosen)
    assert (engine.name, engine.version, engine.sends_text_away) == ("libretranslate", "at mt.example.org", True)
