"""Forms of Italian and English words, side by side."""

import pytest

from babelwire.translation.inflection import Word, english_forms, italian_forms


@pytest.mark.parametrize(
    ("kind", "italian", "english", "pairs"),
    [
        ("m", "villaggio", "village", "villaggio:village villaggi:villages"),
        ("m", "traffico", "city", "traffico:city traffici:cities"),
        ("m", "fuoco", "church", "fuoco:church fuochi:churches"),
        ("m", "albergo", "box", "albergo:box alberghi:boxes"),
        ("m", "biologo", "fish/fish", "biologo:fish biologi:fish"),
        ("m", "regista", "day", "regista:day registi:days"),
        ("m", "uomo/uomini", "man/men", "uomo:man uomini:men"),
        ("m", "sport", "sport", "sport:sports"),
        ("f", "barca", "boat", "barca:boat barche:boats"),
        ("f", "città", "city", "città:cities"),
        ("f", "spiaggia", "beach", "spiaggia:beach spiagge:beaches"),
        ("f", "scheggia", "splinter", "schegge:splinters"),
        ("f", "nave", "ship", "nave:ship navi:ships"),
        ("a", "idrico", "water", "idrico:water idrica:water idrici:water idriche:water"),
        ("a", "portuale", "port", "portuale:port portuali:port"),
        ("w", "assieme", "together", "assieme:together"),
        ("v", "tutelare", "protect", "tutelando:protecting tutelato:protected tutela:protects tutelano:protect"),
        ("v", "tutelare", "protect", "tutelava:protected tutelò:protected tutelarono:protected"),
        ("v", "tutelare", "protect", "tutelerà:will_protect tutelerebbero:would_protect"),
        ("v", "sbarcare", "land", "sbarcherà:will_land sbarcò:landed"),
        ("v", "lanciare", "launch", "lancerà:will_launch lancia:launches"),
        (
            "v",
            "ridurre/ridotto/ridusse",
            "reduce",
            "riducendo:reducing ridotta:reduced ridussero:reduced riduce:reduces",
        ),
        ("v", "ridurre/ridotto/ridusse", "reduce", "ridurrà:will_reduce riduceva:reduced"),
        ("v", "sottrarre/sottratto/sottrasse/sottrae", "subtract", "sottraendo:subtracting sottrarrà:will_subtract"),
        ("v", "imporre/imposto/impose", "ban", "imponendo:banning imposti:banned imporranno:will_ban"),
        (
            "v",
            "colpire/colpito/colpì/colpisce",
            "hit/hit/hit",
            "colpito:hit colpirono:hit colpiscono:hit colpisce:hits",
        ),
        ("v", "correre/corso/corse", "write/wrote/written", "corsi:written corsero:wrote correva:wrote"),
        ("v", "seppellire/seppellito/seppellì", "bury", "seppellito:buried seppellendo:burying"),
        (
            "v",
            "bandire/bandito/bandì",
            "carry out/carried out/carried out",
            "bandendo:carrying_out bandito:carried_out",
        ),
    ],
)
def test_each_italian_form_stands_beside_its_english(kind, italian, english, pairs):
    word = Word(kind, italian, english)
    forms = dict(zip(italian_forms(word), english_forms(word), strict=True))
    for pair in pairs.split():
        form, meant = pair.split(":")
        assert forms[form] == meant.replace("_", " ")
