"""The engine itself, on the programs of the machine."""

import os
import random
import re
import select
import signal
import subprocess
import sys
import threading

import pytest

from babelwire.errors import UsageError
from babelwire.translation import EngineError
from babelwire.translation.apertium import Apertium
from babelwire.translation.apertium_modes import INSTALL, installed
from babelwire.translation.pipes import Chain
from babelwire.translation.stream import Answer

SENTENCES = [
    "Il sindaco ha aperto il nuovo ponte sul fiume.",
    "Come mai nessuno ha chiamato i pompieri?",
    "Un uomo e una donna sono rimasti bloccati per ore",
    "Quando la nave è arrivata, il porto era chiuso.",
    "La Zorbania e il Brufolino hanno firmato l'accordo.",
    "Ora la parola passa ai giudici, uno per uno.",
    "È stato lui a dire che tutto era finito",
    "Che cosa succede adesso non lo sa nessuno.",
]


def english(engine, *texts):
    return [result and result.text for result in engine.translate(texts, "it", "en")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t ",
        "*",
        "3 * 4 = 12 #",
        "***",
        "@",
        "~",
        "^$",
        "[]",
        "{}<>",
        "\\",
        "\\n \\[x\\]",
        "/",
        "1.2.2025",
        "😀 🇮🇹",
        "…",
        "«»",
        "Zqwxyk",
        "x" * 5000,
    ],
)
def test_what_is_no_word_comes_back_as_it_was(apertium, text):
    assert english(apertium, text) == [text]


@pytest.mark.parametrize(
    "mark", ["*", "@", "#", "~", "^", "$", "[x]", "{x}", "<b>", "\\", "/", "|", "😀", "+", "_", "="]
)
def test_signs_of_the_stream_format_in_a_sentence_survive(apertium, mark):
    (translated,) = english(apertium, f"Il gatto dorme {mark} e la casa è bella.")
    assert "cat" in translated
    assert re.sub(r"\s", "", mark) in translated
    assert re.fullmatch(r"[\w ,.'()]*", translated.replace(mark, ""))


def test_a_nul_and_a_noncharacter_do_not_upset_the_order(apertium):
    assert english(apertium, "ciao\0ciao", "ciao\ufdd0", "ciao\ud800", "ciao") == [
        "hello\ufffdhello",
        "hello\ufffd",
        "hello\ufffd",
        "hello",
    ]


def test_unknown_words_are_counted_and_not_marked(apertium):
    (result,) = apertium.translate(["Il Brufolino canta con Zorbania."], "it", "en")
    assert result.unknown_words == 2
    assert "*" not in result.text
    assert "Brufolino" in result.text


def test_numbers_are_written_as_in_english(apertium):
    (translated,) = english(apertium, "Sono 200.000 case, 1.200,50 euro e il 3,5% alle 9.30 del 2025.")
    assert re.findall(r"[\d.,]*\d", translated) == ["200,000", "1,200.50", "3.5", "9.30", "2025"]


def test_a_segment_of_any_length_is_translated_to_its_end(apertium):
    (translated,) = english(apertium, "La casa. " * 1000 + "Fine del gatto")
    assert translated.count("home") == 1000
    assert translated.endswith("cat")


def test_a_sentence_is_translated_the_same_after_any_other(apertium):
    alone = {text: english(apertium, text)[0] for text in SENTENCES}
    mixed = SENTENCES * 4
    random.Random(7).shuffle(mixed)
    assert english(apertium, *mixed) == [alone[text] for text in mixed]
    fresh = Apertium(pivots=("cat",))
    assert english(fresh, *reversed(SENTENCES)) == [alone[text] for text in reversed(SENTENCES)]
    fresh.close()


def test_threads_that_share_the_engine_get_their_own_segments_in_order(apertium):
    got: dict[int, list[str]] = {}

    def work(thread: int) -> None:
        got[thread] = english(apertium, *(f"Casa numero {thread * 250 + i} chiusa" for i in range(250)))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n, answers in got.items():
        assert [int(re.search(r"\d+", answer)[0]) for answer in answers] == [n * 250 + i for i in range(250)]


def test_when_a_program_is_killed_the_programs_start_again(apertium):
    english(apertium, "ciao")
    os.kill(apertium._chains["cat"].pids[5], signal.SIGKILL)
    assert english(apertium, "gatto", "ciao") == ["cat", "hello"]


@pytest.mark.usefixtures("apertium")
def test_a_segment_that_kills_the_programs_fails_alone(monkeypatch):
    engine = Apertium(pivots=("cat",))
    whole = Chain.answers

    def deadly(chain, segments, *, timeout_seconds):
        for i, segment in enumerate(segments):
            if b"veleno" in segment:
                os.kill(chain.pids[3], signal.SIGKILL)
            yield from whole(chain, segments[i : i + 1], timeout_seconds=timeout_seconds)

    monkeypatch.setattr(Chain, "answers", deadly)
    assert english(engine, "gatto", "veleno", "ciao") == ["cat", None, "hello"]
    engine.close()


@pytest.mark.usefixtures("apertium")
def test_programs_that_answer_nothing_are_reported_with_the_remedy(monkeypatch):
    engine = Apertium(pivots=("cat",), timeout_seconds=0.2)
    monkeypatch.setattr("babelwire.translation.apertium.commands", lambda pivot: [["cat"], ["tail", "-n", "1"]])
    with pytest.raises(EngineError, match=r"does not answer.*apt-get install"):
        engine.translate(["gatto"], "it", "en")
    engine.close()


def test_a_closed_engine_starts_again_when_it_is_used(apertium):
    apertium.close()
    assert english(apertium, "gatto") == ["cat"]


@pytest.mark.usefixtures("apertium")
def test_no_program_outlives_a_process_that_is_killed():
    code = (
        "from babelwire.translation.apertium import Apertium\n"
        "engine = Apertium(pivots=('cat',))\n"
        "engine.translate(['Quando la nave è arrivata'], 'it', 'en')\n"
        "print(*engine._chains['cat'].pids, flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        handles = [os.pidfd_open(int(pid)) for pid in process.stdout.readline().split()]
        process.kill()
    assert len(handles) > 20
    for handle in handles:
        assert select.select([handle], [], [], 30)[0]
        os.close(handle)


def test_other_languages_are_refused(apertium):
    assert not apertium.can("fr", "en")
    with pytest.raises(UsageError, match="from fr to en"):
        apertium.translate(["chat"], "fr", "en")


def test_the_version_names_program_pivots_and_a_digest_of_what_surrounds_them(apertium):
    assert re.fullmatch(r"\d+\.\d+\.\d+ via cat, [0-9a-f]{8}", apertium.version)


class Told(Apertium):
    """Each pivot answers as it is told: a text and the words it did not know, or None. A word alone it knows, but for `dark`."""

    def __init__(self, dark: str = "", **answers: Answer | None) -> None:
        super().__init__()
        self.dark = dark.split()
        self.answers = answers
        self.asked: list[tuple[str, str]] = []
        self._pivots = list(answers)

    def _run(self, pieces, pivot):
        self.asked += [(pivot, piece) for piece in pieces]
        return [self._answer(piece, pivot) for piece in pieces]

    def _answer(self, piece, pivot):
        if piece in {"segale", "avena", "orzo"}:
            return Answer(piece, (piece,) if piece in self.dark else ())
        return self.answers[pivot]


@pytest.mark.usefixtures("apertium")
@pytest.mark.parametrize(
    ("preferred", "other", "kept"),
    [
        (Answer("first", ("segale", "avena")), Answer("second", ("avena",)), "second"),
        (Answer("first", ("segale",)), Answer("second", ("segale",)), "first"),
        (Answer("first", ("segale",)), Answer("second", ("segale", "avena")), "first"),
        (None, Answer("second", ("segale", "avena", "orzo")), "second"),
        (Answer("first", ("segale",)), None, "first"),
    ],
)
def test_of_two_pivots_the_one_that_knew_more_words_is_kept(preferred, other, kept):
    assert english(Told(spa=preferred, cat=other), "segale avena") == [kept]


@pytest.mark.parametrize(
    ("source", "opens"), [("Segale", "Rye"), ("segale", "rye"), ("«Segale", "Rye"), ("3 segale", "rye")]
)
def test_a_sentence_opens_with_a_capital_where_its_source_does(source, opens):
    assert english(Told(spa=Answer("rye"), cat=None, dark="segale"), f"{source} gialla") == [opens]


@pytest.mark.usefixtures("apertium")
@pytest.mark.parametrize(
    ("left", "dark", "second"),
    [
        ((), "", False),
        (("segale", "avena"), "segale avena", False),
        (("segale", "avena"), "segale", True),
        (("cebada",), "cebada", True),
    ],
    ids=["nothing left", "left by both", "one left by the first alone", "a word that the first pivot put in"],
)
def test_the_second_pivot_is_asked_only_where_it_may_leave_fewer_words(left, dark, second):
    engine = Told(spa=Answer("first", left), cat=Answer("second"), dark=dark)
    assert english(engine, "segale avena") == ["second" if second else "first"]
    assert (("cat", "segale avena") in engine.asked) == second


@pytest.mark.usefixtures("apertium")
def test_a_word_is_asked_about_once():
    engine = Told(spa=Answer("first", ("segale",)), cat=Answer("second"), dark="segale")
    assert english(engine, "segale avena", "orzo segale", "segale avena") == ["first"] * 3
    assert english(engine, "orzo avena segale") == ["first"]
    assert engine.asked.count(("cat", "segale")) == 1


@pytest.mark.usefixtures("apertium")
def test_a_segment_full_of_unknown_words_goes_to_the_second_pivot_as_a_whole():
    words = tuple(f"parola{c}" for c in "abcdefghijklmnopqrst")
    engine = Told(spa=Answer("first", words), cat=Answer("second"))
    assert english(engine, " ".join(words)) == ["second"]
    assert len(engine.asked) == 2


def test_a_placeholder_or_a_code_is_not_an_unknown_word(apertium):
    (result,) = apertium.translate(["ZQX0Q dorme nel BX500."], "it", "en")
    assert result.unknown_words == 0


def test_the_per_cent_sign_survives_the_spanish_pivot():
    if not installed("spa"):
        pytest.skip(INSTALL["spa"])
    engine = Apertium(pivots=("spa",))
    assert "69.06%" in english(engine, "Ha votato il 69,06% della popolazione.")[0]
    engine.close()


def test_a_mode_without_its_data_is_not_installed(tmp_path, monkeypatch):
    (tmp_path / "modes").mkdir()
    for mode in ("ita-cat", "cat-eng"):
        (tmp_path / "modes" / f"{mode}.mode").write_text(f"cat '{tmp_path}/{mode}.bin' | cat $1")
        (tmp_path / f"{mode}.bin").touch()
    monkeypatch.setenv("APERTIUM_DATADIR", str(tmp_path))
    assert installed("cat")
    (tmp_path / "cat-eng.bin").unlink()
    assert not installed("cat")
    assert not installed("spa")
    with pytest.raises(EngineError, match=INSTALL["cat"]):
        Apertium(pivots=("cat", "spa"))


@pytest.mark.parametrize("line", ["", "| cat", "cat 'unclosed"])
def test_a_broken_mode_file_is_not_installed(tmp_path, monkeypatch, line):
    (tmp_path / "modes").mkdir()
    for mode in ("ita-cat", "cat-eng"):
        (tmp_path / "modes" / f"{mode}.mode").write_text(line)
    monkeypatch.setenv("APERTIUM_DATADIR", str(tmp_path))
    assert not installed("cat")
