import subprocess
import sys

import pytest
from langdetect.detector import Detector

from babelwire import language, settings
from babelwire.frames import make_frame, values
from babelwire.language import Detect, detect_language

ITALIAN = "Il consiglio comunale ha approvato ieri sera il bilancio dopo una seduta durata quasi nove ore."
ENGLISH = "The town council approved the budget last night after a sitting that went on for almost nine hours."
FRENCH = "Le conseil municipal a approuvé hier soir le budget après une séance qui a duré près de neuf heures."


def detected(headline=None, text=None, declared=None, **how):
    frame = make_frame({"headline": [headline], "text": [text], "declared_language": [declared]})
    done = Detect(settings.Language(**how))(frame)
    return tuple(values(done, column)[0] for column in ("language", "language_confidence", "languages"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ITALIAN, "it"),
        (ENGLISH, "en"),
        (FRENCH, "fr"),
        ("Incendio in una fabbrica di vernici, evacuate tre scuole", "it"),
        ("市议会昨晚批准了预算，会议持续了将近九个小时，居民们表示欢迎。", "zh-Hans"),
        ("這個城市的議會昨天晚上通過了今年的預算，而且這是我們的第一次會議，他們說。", "zh-Hant"),
    ],
)
def test_a_sentence_is_enough(text, language):
    found, confidence = detect_language(text)
    assert found == language
    assert confidence > 0.7


@pytest.mark.parametrize(
    "text",
    [
        ITALIAN,
        ENGLISH,
        f"{ITALIAN} {ENGLISH} {FRENCH}",
        "Ieri a Bologna",
        "Η γέφυρα άνοιξε ξανά.",
        "Привет!",
        "市议会 ieri",
    ],
)
@pytest.mark.parametrize("short", [False, True])
def test_the_numbers_are_those_of_langdetect_to_the_last_bit(text, short):
    def probabilities(kind):
        detector = kind(language._factory())
        if short:
            detector.set_prior_map(dict.fromkeys(detector.langlist, 0.01) | {"it": 0.3, "en": 0.2})
        detector.append(text)
        return [(guess.lang, float(guess.prob)) for guess in detector.get_probabilities()]

    assert probabilities(language._Detector) == probabilities(Detector)


@pytest.mark.parametrize(
    "text", ["", "Milano", "12.345 — 67/89", "https://example.org/il-consiglio-comunale-ha-approvato", "?!"]
)
def test_too_few_letters_are_undetermined(text):
    assert detect_language(text) == ("und", 0.0)


def test_addresses_and_numbers_do_not_count_as_letters():
    assert detect_language("anna.neri@example.org 0123 www.example.org/the-town-council Roma")[0] == "und"


def test_the_least_number_of_letters_is_a_setting():
    assert detect_language("Roma bella", settings.Language(minimum_letters=5))[0] != "und"


def test_the_same_text_gives_the_same_answer_whatever_came_before():
    doubtful = "Ponte Lunga Levante aperto"
    first = detect_language(doubtful)
    for other in (ITALIAN, ENGLISH, FRENCH, doubtful):
        detect_language(other)
        assert detect_language(doubtful) == first


def test_a_declared_language_decides_only_where_the_text_leaves_a_doubt():
    assert detect_language(ITALIAN, declared="en")[0] == "it"
    few, doubtful = settings.Language(minimum_letters=5), "Hotel Aurora Gala Menu"
    alone, confidence = detect_language(doubtful, few)
    assert (alone, confidence < 0.9) == ("ro", True)
    assert detect_language(doubtful, few, declared="ca-ES")[0] == "ca"
    assert detect_language(doubtful, few, declared="en")[0] == "ro"


def test_an_article_in_one_language_has_one_share():
    assert detected("Approvato il bilancio", ITALIAN) == ("it", 1.0, [{"language": "it", "share": 1.0}])


def test_an_english_paragraph_in_an_italian_article_has_its_share():
    language, confidence, shares = detected(None, "\n\n".join([ITALIAN] * 4 + [ENGLISH]))
    assert (language, [s["language"] for s in shares]) == ("it", ["it", "en"])
    assert shares[0]["share"] == pytest.approx(0.8, abs=0.03)
    assert sum(s["share"] for s in shares) == pytest.approx(1.0, abs=0.001)
    assert confidence > 0.5


def test_the_main_language_is_the_largest_share_not_the_first():
    language, confidence, shares = detected("Approvato il bilancio", "\n\n".join([ITALIAN, *[ENGLISH] * 3]))
    assert language == "en"
    assert shares[0] == {"language": "en", "share": max(s["share"] for s in shares)}
    assert 0.5 < confidence <= 1


def test_a_short_paragraph_counts_with_the_main_language():
    assert detected(None, f"{ITALIAN}\n\nRead more here\n\n{ITALIAN}")[2] == [{"language": "it", "share": 1.0}]


def test_an_undetermined_text_has_an_undetermined_share():
    assert detected("Milano", None) == ("und", 0.0, [{"language": "und", "share": 1.0}])
    assert detected(None, None)[0] == "und"


def test_confidence_and_shares_are_rounded():
    _, confidence, shares = detected(None, f"{ITALIAN}\n\n{ENGLISH}\n\n{ENGLISH}")
    for number in (confidence, *(share["share"] for share in shares)):
        assert number == round(number, 4)


def test_stopped_rows_and_empty_frames_get_the_columns():
    columns = {"headline": [ITALIAN], "text": [None], "declared_language": [None], "disposition": ["rejected"]}
    done = Detect(settings.Language())(make_frame(columns))
    assert values(done, "language") == [None]
    assert values(done, "disposition") == ["rejected"]
    empty = Detect(settings.Language())(make_frame({"headline": [], "text": [], "declared_language": []}))
    assert {"language", "language_confidence", "languages"} < set(empty.columns)


def test_thirty_two_threads_may_be_the_first_to_ask():
    code = (
        "import sys\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from threading import Barrier\n"
        "from babelwire.language import detect_language\n"
        "together = Barrier(32)\n"
        "def ask(_):\n"
        "    together.wait()\n"
        "    return detect_language(sys.argv[1])\n"
        "with ThreadPoolExecutor(32) as pool:\n"
        "    print(sorted(set(pool.map(ask, range(32)))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, ITALIAN], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout.strip(), done.stderr) == (str([detect_language(ITALIAN)]), "")
