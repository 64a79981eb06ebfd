"""Characters: what is mended, and what is right as it stands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.cleaning.unicode import repair


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("perchÃ© la cittÃ\xa0 Ã¨ qui", "perché la città è qui"),
        ("Lâ€™acqua", "L’acqua"),
        ("sara&agrave; &amp; poi", "saraà & poi"),
        ("e\u0300 vero", "è vero"),
        ("zero\u200bwidth and so\u00adft", "zerowidth and soft"),
        ("\u202eright\u202c to \u200fleft\u2069", "right to left"),
        ("joi\u200cn\u200ded", "joined"),
        ("ten\xa0km\tby   road ", "ten km by road"),
        ("bell\x07 and nul\x00", "bell and nul"),
        ("one\nline", "one line"),
    ],
)
def test_broken_characters_are_mended(broken: str, mended: str) -> None:
    assert repair(broken) == mended


@pytest.mark.parametrize(
    "right",
    [
        "“curly” and ‘single’ – it’s fine",
        "«caporali» 10½ m² n° 5 ™ …",
        "你好，世界。",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "👩\u200d🔬 in the lab",
        "Saint-Étienne, Zürich, Łódź, Đà Nẵng",
        "AT&T and R&D",
    ],
)
def test_right_characters_stay(right: str) -> None:
    assert repair(right) == right


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_repairing_twice_is_repairing_once(text: str) -> None:
    once = repair(text)
    assert repair(once) == once
    assert "\n" not in once
