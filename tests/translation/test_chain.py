import importlib.util
from pathlib import Path

import pytest

from babelwire import settings
from babelwire.errors import TryLater, UsageError
from babelwire.translation import EngineError, Translated
from babelwire.translation.chain import Answer, EngineChain
from babelwire.translation.libretranslate import LibreTranslate
from translation.parrot import Parrot
from translation.stub_server import Stub

HOW = settings.Translation(engine="none", memory="none")
SEGMENTS = ["Il porto è chiuso.", "Erano 30 navi.", "Riapre domani."]


def parrot(name: str, answer=str.upper) -> Parrot:
    engine = Parrot(answer)
    engine.name = name
    return engine


def down(text: str) -> str:
    raise TryLater("translator_down", "Later.")


def ask(*engines: Parrot, how: settings.Translation = HOW, segments: list[str] = SEGMENTS):
    return EngineChain(engines, how).translate(segments, "it", "en")


def test_the_first_engine_does_what_it_can_alone():
    first, second = parrot("first"), parrot("second")
    work = ask(first, second)
    assert work.answers == {s: Answer(s.upper(), "first 1") for s in SEGMENTS}
    assert (work.problem, second.heard) == (None, [])


def test_a_segment_that_fails_goes_to_the_next_engine_and_no_other():
    first = parrot("first", lambda t: {"Erano 30 navi.": "13 SHIPS", "Riapre domani.": None}.get(t, t.upper()))
    second = parrot("second")
    work = ask(first, second)
    assert second.heard == [SEGMENTS[1:]]
    assert [work.answers[s].engine for s in SEGMENTS] == ["first 1", "second 1", "second 1"]
    assert all(work.answers[s].checks == () for s in SEGMENTS)


def test_what_no_engine_does_well_keeps_its_source_and_the_fewest_failures():
    first = parrot("first", lambda t: "13 navi navi navi navi navi" if "30" in t else t.upper())
    second = parrot("second", lambda t: "THERE WERE 13 SHIPS.")
    assert ask(first, second).answers["Erano 30 navi."] == Answer("Erano 30 navi.", "", ("numbers",))


def test_a_doubtful_answer_is_used_where_no_engine_has_a_better_one():
    segment = "Ieri hanno parlato Stella, Bianchi e Rossi."
    said = "Yesterday a star, some whites and some reds spoke."
    doubtful, wrong, good = parrot("doubtful", lambda t: said), parrot("wrong", lambda t: None), parrot("good")
    assert ask(wrong, doubtful, segments=[segment]).answers == {segment: Answer(said, "doubtful 1", ("names",))}
    assert ask(doubtful, wrong, segments=[segment]).answers == {segment: Answer(said, "doubtful 1", ("names",))}
    taken = ask(doubtful, good, segments=[segment]).answers[segment]
    assert (taken.engine, taken.checks) == ("good 1", ())


def test_of_answers_as_bad_the_earlier_engine_s_stays():
    segment = "Ieri hanno parlato Stella, Bianchi e Rossi."
    first = parrot("first", lambda t: "Yesterday a star, some whites and some reds spoke.")
    second = parrot("second", lambda t: "Yesterday star and whites and reds have spoken.")
    assert ask(first, second, segments=[segment]).answers[segment].engine == "first 1"


def test_while_an_engine_is_out_the_next_one_does_its_work():
    work = ask(parrot("first", down), parrot("second"))
    assert {answer.engine for answer in work.answers.values()} == {"second 1"}
    assert work.problem is None


@pytest.mark.parametrize("problem", [EngineError("Install it."), KeyError("key=secret"), ValueError("key=secret")])
def test_an_engine_that_breaks_off_in_any_way_is_out(problem, caplog):
    def breaks(text: str) -> str:
        raise problem

    assert len(ask(parrot("first", breaks), parrot("second")).answers) == 3
    alone = ask(parrot("first", breaks))
    assert alone.answers == {}
    assert isinstance(alone.problem, (TryLater, EngineError))
    assert "secret" not in str(alone.problem) + caplog.text


def test_a_list_of_another_length_is_no_answer():
    engine = parrot("short")
    engine.keeps_placeholders = False
    engine.translate = lambda texts, source, target: [Translated("ONE")]
    work = ask(engine)
    assert work.answers == {}
    assert "1 answers to 3 segments" in str(work.problem)


def test_where_all_engines_are_out_the_segments_wait():
    work = ask(parrot("first", down), parrot("second", down))
    assert work.answers == {}
    assert work.problem.reason_code == "translator_down"


def test_an_engine_for_other_languages_is_passed_over():
    french = parrot("french")
    french.can = lambda source, target: source == "fr"
    assert ask(french, parrot("second")).answers.keys() == set(SEGMENTS)
    assert french.heard == []
    assert not EngineChain([french], HOW).can("it", "en")


@pytest.mark.parametrize("answer", [down, lambda t: None, lambda t: "Error 500 (Server Error)!!1500.", lambda t: ""])
def test_an_engine_that_keeps_failing_is_left_alone_and_tried_once_later(answer):
    now = [0.0]
    failing = parrot("failing", answer)
    how = HOW.model_copy(update={"breaker_failures": 2, "breaker_pause_seconds": 60})
    chain = EngineChain([failing, parrot("second")], how, clock=lambda: now[0])
    for _ in range(5):
        assert len(chain.translate(SEGMENTS, "it", "en").answers) == 3
    assert len(failing.heard) == 2
    now[0] += 60
    for _ in range(5):
        chain.translate(SEGMENTS, "it", "en")
    assert len(failing.heard) == 3
    now[0] += 60
    failing.answer = str.upper
    for _ in range(5):
        assert chain.translate(SEGMENTS, "it", "en").answers[SEGMENTS[0]].engine == "failing 1"


def test_wrong_segments_alone_do_not_open_the_breaker():
    engine = parrot("first", lambda t: t.upper().replace("30", "13"))
    chain = EngineChain([engine], HOW.model_copy(update={"breaker_failures": 1}))
    for _ in range(3):
        chain.translate(["Erano 30 navi."], "it", "en")
    assert len(engine.heard) == 3


def test_past_the_deadline_what_is_done_stays_and_the_rest_waits():
    now = [0.0]

    def slow(text: str) -> str:
        now[0] += 10
        return text.upper()

    engine = parrot("slow", slow)
    engine.sends_text_away = True
    chain = EngineChain([engine], HOW.model_copy(update={"deadline_seconds": 150}), clock=lambda: now[0])
    segments = [f"frase {i}" for i in range(100)]
    work = chain.translate(segments, "it", "en", articles=2)
    assert list(work.answers) == segments[:40]
    assert work.problem.reason_code == "translator_busy"


def test_a_service_that_hangs_is_not_waited_for_past_the_deadline():
    stub = Stub(faults=["hang"], fault_rate=1)
    engine = LibreTranslate(url=stub.url, timeout_seconds=200)
    work = EngineChain([engine], HOW.model_copy(update={"deadline_seconds": 0.5})).translate(SEGMENTS, "it", "en")
    stub.close()
    assert work.answers == {}
    assert "translation.deadline_seconds" in work.problem.reason
    assert len(stub.asked) == 1


def test_only_what_is_in_order_is_remembered_and_each_engine_on_its_own(tmp_path):
    how = HOW.model_copy(update={"memory": f"sqlite:///{tmp_path}/memory.sqlite"})
    ask(parrot("first", lambda t: t.upper().replace("30", "13")), how=how)
    first, second = parrot("first"), parrot("second")
    assert ask(first, how=how).answers == {s: Answer(s.upper(), "first 1") for s in SEGMENTS}
    ask(second, how=how)
    assert (first.heard, second.heard) == ([["Erano 30 navi."]], [SEGMENTS])


def test_what_is_remembered_needs_no_engine(tmp_path):
    how = HOW.model_copy(update={"memory": f"sqlite:///{tmp_path}/memory.sqlite"})
    ask(parrot("first"), how=how)
    assert len(ask(parrot("first", down), how=how).answers) == 3


def test_another_glossary_is_another_memory(tmp_path):
    how = HOW.model_copy(update={"memory": f"sqlite:///{tmp_path}/memory.sqlite", "glossaries": tmp_path})
    glossary = tmp_path / "it-en.tsv"
    glossary.write_text("porto\tharbour\n")
    ask(parrot("first"), how=how)
    glossary.write_text("porto\tport\n")
    again = parrot("first")
    ask(again, how=how)
    assert len(again.heard) == 1


def test_a_wrong_glossary_is_the_operator_s_to_repair(tmp_path):
    (tmp_path / "it-en.tsv").write_text("no tab here\n")
    with pytest.raises(UsageError, match="Line 1"):
        ask(parrot("first"), how=HOW.model_copy(update={"glossaries": tmp_path}))


@pytest.fixture(scope="module")
def faults():
    file = Path(__file__).parents[2] / "benchmarks" / "translation_faults.py"
    spec = importlib.util.spec_from_file_location("translation_faults", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("together", [1, 3])
def test_under_faults_and_threads_no_article_is_wrong_or_lost(faults, together):
    engine = faults.Faulty(0.3)
    counts = faults.outcomes(100, [engine], threads=16, together=together)
    assert (counts["wrong"], counts["lost"], counts.total()) == (0, 0, 100)
    assert counts["translated"] < 100
    assert engine.faults


def test_with_a_sound_engine_behind_the_faulty_one_every_article_is_right(faults, tmp_path):
    engines = [faults.Faulty(0.3), faults.Sound()]
    counts = faults.outcomes(100, engines, threads=16, memory=f"sqlite:///{tmp_path}/memory.sqlite")
    assert counts == {"translated": 100}
