"""English grammar that Apertium's pivots get wrong the same way every time, put right in its output."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from babelwire.translation.alternatives import any_of

_PAST_PAIRS = """
    been:was begun:began become:became broken:broke chosen:chose come:came done:did drawn:drew driven:drove
    drunk:drank eaten:ate fallen:fell flown:flew forbidden:forbade forgotten:forgot given:gave gone:went
    grown:grew hidden:hid known:knew overcome:overcame ridden:rode risen:rose run:ran seen:saw shaken:shook
    shown:showed spoken:spoke stolen:stole sung:sang sunk:sank swum:swam sworn:swore taken:took thrown:threw
    torn:tore undergone:underwent undertaken:undertook withdrawn:withdrew woken:woke worn:wore written:wrote
"""
_SAME = """
    bound bought brought built caught cut cost dealt died fed felt fled fought found got had heard held hit hurt
    kept laid led left lent let lost made meant met paid put read said sat sent set shot shut slept sold sought
    spent spread stood struck stuck taught thought told understood won
"""
_PAST = dict(pair.split(":") for pair in _PAST_PAIRS.split()) | {same: same for same in _SAME.split()}
_PARTICIPLE = rf"(?:(?!need\b|indeed\b|speed\b|feed\b|hundred\b|red\b)[a-z]{{2,20}}ed|{'|'.join(_PAST)})"
_MOVED = (  # these take `essere`: "è arrivato" is "arrived", and "è chiuso" is not "closed"
    "arrived|appeared|become|begun|born|come|commenced|crashed|decreased|died|disappeared|ended|entered|escaped|existed|"
    "exploded|fallen|fled|flown|gone|grown|happened|increased|jumped|occurred|passed|precipitated|remained|resulted|"
    "returned|risen|stayed|started|succeeded"
)
_ADVERB = r"(?P<adverb>(?: (?:also|already|always|just|then|still|even|instead|recently|[a-z]{2,15}ly))?)"
_NO_MODAL = (
    r"(?<!could )(?<!would )(?<!should )(?<!might )(?<!must )(?<!may )(?<!will )(?<!can )(?<!to )(?<!not )(?<!cannot )"
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_YEAR = r"(?:1[5-9]|20)\d\d(?!\d|[.,]\d|\s?%)"
_NUMBER = r"\d{1,12}(?:[.,]\d{1,6}){0,4}"


# What the pivots' dictionaries choose, and the everyday word for it.
_USUAL_PAIRS = """
    persons:people informations:information voyage:trip voyages:trips tongue:language tongues:languages
    meridional:southern septentrional:northern oriental:eastern occidental:western precedent:previous
    permissions:permits utilise:use utilised:used utilises:uses utilising:using utilisation:use augment:increase
    augments:increases augmented:increased nave:ship naves:ships determinate:certain attain:reach
    attains:reaches attained:reached habitually:usually edifice:building edifices:buildings functionary:official
    functionaries:officials commence:begin commences:begins commenced:began nocturnal:night diverse:different
    costlier:more_expensive histories:stories permanence:stay principal:main readily:easily enquiry:inquiry
    enquiries:inquiries aerial:air onset:beginning eschew:avoid impede:prevent impedes:prevents
    impeded:prevented populace:population amour:love furnish:provide furnished:provided effectuate:carry_out
    effectuated:carried_out lodge:host lodged:hosted optimum:excellent ulterior:further affirm:say affirms:says
    affirmed:said solicit:request solicited:requested signalled:reported initiate:start initiated:started
    inferior:lower elevated:high numerable:numerous subsequents:subsequent squad:team prolongue:extend
    contrive:devise contrived:devised dread:fear diffuse:spread diffused:spread encounter:meeting
    encounters:meetings youngster:young_man youngsters:young_people alike:similar existent:existing Occident:West
    Orient:East flux:flow endeavour:effort endeavours:efforts seldom:rarely agriculturalist:farmer
    agriculturalists:farmers diffusion:spread substituted:replaced substituting:replacing modality:method
    modalities:methods renowns:called taller:higher tallest:highest amply:widely liberties:freedoms
    liberty:freedom subsequently:later
"""
_USUAL = dict(pair.split(":") for pair in _USUAL_PAIRS.split())


def _usual(match: re.Match[str]) -> str:
    return _USUAL[match[0]].replace("_", " ")


def _past(match: re.Match[str]) -> str:
    participle = match["verb"]
    shown = _PAST.get(participle, participle)
    if shown == "was" and match["have"].lower() in {"have", "are"}:
        shown = "were"
    said = f"{match['adverb']} {shown}".lstrip()
    return said[0].upper() + said[1:] if match["have"][0].isupper() else said


def _born(match: re.Match[str]) -> str:
    return "was born" if match["have"] == "is" else "were born"


# Italian puts the article before what English leaves without one, unless it is of something ("the health of the king").
_MASS_WORDS = """
    agriculture architecture biodiversity biology capitalism censorship chemistry childhood communism consumption corruption
    courage culture death democracy diplomacy education employment equality evolution faith fascism freedom genetics
    geography globalisation growth happiness health hunger immigration inflation innovation justice labour language life
    literature logic love mathematics medicine memory migration music nature nutrition parliament peace philosophy
    physics politics pollution poverty privacy productivity propaganda psychology racism religion research safety
    science slavery society sociology space sport surgery technology terrorism tourism trade transparency
    unemployment violence war warfare wealth
"""
_MASS = "|".join(_MASS_WORDS.split())
_IMPERSONAL = r"(?:[Ii]s|[Ww]as|[Ww]ill be|[Ww]ould be) (?:also |not |now |very )?(?:possible|necessary|important|difficult|easy|likely|impossible|essential|clear|true)"


_ALIKE_AFTER = """
    look looks looked feel feels felt seem seems seemed sound sounds something someone anything nothing just would I you we
    they who people
"""
_LIKE = "(?<!, )" + "".join(rf"(?<!\b{before} )" for before in _ALIKE_AFTER.split())
_ROMAN = {"X": 10, "V": 5, "I": 1}


def _ordinal(match: re.Match[str]) -> str:
    values = [_ROMAN[letter] for letter in match[1]]
    number = sum(-v if any(v < later for later in values[i + 1 : i + 2]) else v for i, v in enumerate(values))
    ending = "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _it_is(match: re.Match[str]) -> str:
    said = match[2][0].lower() + match[2][1:]
    return f"{match[1]}{'It' if match[2][0].isupper() else 'it'} {said}"


_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
_RULES: tuple[_Rule, ...] = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"(?<=\S) {2,}(?=\S)", " "),
        (r"^(ZQ[XY]\d+Q,?(?: ZQ[XY]\d+Q,?)*) ([A-Z])(?=[a-z]+\b)", lambda m: f"{m[1]} {m[2].lower()}"),
        (r"\b(?P<have>is|are) (?:been )?born\b", _born),
        (rf"\b(?P<have>[Ii]s|[Aa]re){_ADVERB} (?P<verb>been)\b", _past),
        (rf"\b(?P<have>is|are){_ADVERB} (?P<verb>{_MOVED})\b", _past),
        (rf"{_NO_MODAL}\b(?P<have>[Hh]as|[Hh]ave){_ADVERB} (?P<verb>{_PARTICIPLE})\b(?! to be)", _past),
        (r"\b(ha(?:s|ve|d) to|can|could|will|would|must|may|might|should) being\b", r"\1 be"),
        (rf"\b(?:at|to|in|on) the ({_YEAR})\b", r"in \1"),
        (rf"\b(of|from|since|until|before|after|by|for|between) the ({_YEAR})\b", r"\1 \2"),
        (rf"(?<![\w] )\bthe ({_YEAR})\b", r"in \1"),
        (rf"\b[Tt]he (\d{{1,2}})(?: of| in)? ({_MONTH})\b", r"on \1 \2"),
        (rf"\b(\d{{1,2}}) of ({_MONTH})\b", r"\1 \2"),
        (rf"\b({_MONTH}) (?:of|in) (?:the )?({_YEAR})", r"\1 \2"),
        (rf"\b(from|of|to|until|since|before|after|by|between|and) on (\d{{1,2}} (?:{_MONTH}))\b", r"\1 \2"),
        (rf"\b(?:at|in|to) on (\d{{1,2}} (?:{_MONTH}))\b", r"on \1"),
        (rf"\b(?:at|in|to) (?:the )?({_DAY})\b", r"on \1"),
        (rf"\b(from|of|until|since|before|after|by) the ({_DAY})\b", r"\1 \2"),
        (rf"\bthe ({_DAY})\b", r"on \1"),
        (rf"\b[Aa]t (?:the )?month of ({_MONTH})", r"in \1"),
        (rf"\b(?:at|to) ({_MONTH})\b", r"in \1"),
        (rf"\b(?:[Tt]he|[Tt]o) ({_NUMBER}\s?%)", r"\1"),
        (rf"\b(T|t)he ({_NUMBER}) (?:per cent|percent)", r"\2 per cent"),
        (rf"\bthe ({_NUMBER}) (million|billion)s?\b", r"\1 \2"),
        (rf"\b({_NUMBER}) (million|billion|thousand)s? of\b", r"\1 \2"),
        (
            rf"\b([Aa])mong ((?:the )?(?:{_NUMBER}|{_MONTH}|one|two|three|four|five|six|seven|eight|nine|ten|ZQX\d+Q)) and\b",
            lambda m: ("B" if m[1] == "A" else "b") + "etween " + m[2] + " and",
        ),
        (rf"\b(?:{'|'.join(_USUAL)})\b", _usual),
        (
            r"\b(people|men|women|man|woman|those|person|children|citizens|students|workers|players|anyone|someone) that\b",
            r"\1 who",
        ),
        (r", that (?=\S)", ", which "),
        (r"(?<=[a-z], )included(?= (?:the|a|an|his|her|its|their)\b)", "including"),
        (r"\b(and|but|,) no (?=(?:the|an?|in|for|to|with|only)\b|ZQX)", r"\1 not "),
        (
            r"\bat the last (?=(?:\d{1,3}|few|two|three|four|five|six|ten) (?:hours|days|weeks|months|years|decades)\b)",
            "in the last ",
        ),
        (r"\b([Tt]he) another\b", r"\1 other"),
        (r"\ban? only (?=[a-z])", "a single "),
        (r"\b(took|take|takes|taken|taking) part to\b", r"\1 part in"),
        (r"\b(is|was|are|were) that to (?=[a-z])", r"\1 to "),
        (r"\bthe human (?=rights\b|beings\b)", "human "),
        (r"\b[Bb]oss of\b", lambda m: m[0][0].replace("b", "h").replace("B", "H") + "ead of"),
        (
            r"\b(?:the )?subsequent (?=(?:day|days|week|weeks|month|months|year|years|morning|decade|decades|century)\b)",
            "the following ",
        ),
        (r"\b([XVI]{1,6})(?= centur(?:y|ies)\b| and [XVI]{1,6} centur)", _ordinal),
        (rf"\b{_LIKE}like (?=(?!(?:to|him|her|them|me|us|you|it|this|that|these|those)\b)[a-z\d])", "as "),
        (r"(?<=[a-z]s )like (?=ZQX|[A-Z])", "such as "),
        (r"\b([Aa])mong (?=(?:[\w'’-]{1,30} ){1,6}and\b)", lambda m: "Between " if m[1] == "A" else "between "),
        (
            r"\bup to (?=(?:the|his|her|its|their|this|that|today|now|then)\b)(?!the (?:border|top|knees?|neck|point)\b)",
            "until ",
        ),
        (r"\btall\b(?! (?:man|men|woman|women|building|tree|tower|skyscraper))", "high"),
        (r"\bto substitute\b", "to replace"),
        (r"\bconcentrat(e|es|ed|ing) (?:on|in)\b", lambda m: f"focus{'' if m[1] == 'e' else m[1]} on"),
        (r"\bcapacity to\b", "ability to"),
        (
            rf"\bup to (?=(?:the |{_DAY}|{_MONTH}|{_YEAR}))(?=(?:the )?(?:{_YEAR}|{_DAY}|{_MONTH}|end|beginning|morning|evening|day|\d{{1,2}} (?:{_MONTH})))",
            "until ",
        ),
        (r"\bwould have to\b", "should"),
        (
            rf"\b(and|about|against|between|for|from|of|on|to|with|without|that) the ({_MASS})(?= (?:and|or|is|was|are|has|can|will|in|to|for|with|as|but|that|which|by|from)\b|[,.;:]|$)",
            r"\1 \2",
        ),
        (r"\ba lot of (?=(?:[a-z]+ )?[a-z]{2,}[^s\W]s\b|people\b|children\b|men\b|women\b)", "many "),
        (r"\bthe own\b", "their own"),
        (r"\bdeclared(?=:|,? that\b|,|\.$|[\"”»])", "said"),
        (r"\bthey exist\b", "there are"),
        (r"\bit exists\b", "there is"),
        (r"\b(has to|had to|must|should|can|could|may|might|will|would) to\b", r"\1"),
        (
            r"^(Is|Was) (?=(?:a|an|the|also|not|now|already|still|(?:un)?clear|true|likely|necessary|possible|important|difficult|easy)\b)(?!.*\?$)",
            lambda m: f"It {m[1].lower()} ",
        ),
        (rf"(^|[,;:.] |\b(?:that|and|but|if|because|when|as|which) )({_IMPERSONAL})(?= (?:to|that)\b)", _it_is),
        (r"\b(Chinese|Japanese|Portuguese|Lebanese|Vietnamese|Burmese)s\b", r"\1"),
        (r"\bothers (?=[a-z]{3,}s\b)", "other "),
        (r"\bthe (his|her|its|their|our|my|your) ", r"\1 "),
        (r"\bair compan(?:y|ies)\b", lambda m: "airline" if m[0].endswith("y") else "airlines"),
        (r"\b(?:at|in|to) the years ['’]?([2-9]0)\b", r"in the \g<1>s"),
        (r"\bthe years ['’]?([2-9]0)\b", r"the \g<1>s"),
        (r"\b([Oo])f (?:the )?(?=which\b|whom\b)", r"\1f "),
        (r", like (?=(?:the|an?)\b|ZQX)", ", such as "),
        (r"(?<=[a-z] )like (?=the [a-z]+ of\b|an? [a-z]+ (?:of|in|for|to)\b)", "as "),
        (r", how (?=\w+ed\b|for\b|the\b|a\b|ZQX)", ", as "),
        (r"\b([Tt])he (?:main|biggest|most) part of\b", r"\1he majority of"),
        (r"\b(is|are|was|were) no (?=[a-z]+(?:ed|al|ous|ive|ble|ior|ent|ant|ic|ful)\b)", r"\1 not "),
        (r"\b([Aa]) (?=[aeiou](?!ni|ne\b|nce|se|su|su|ur|uro|w))(?=[a-z]{3})", r"\1n "),
        (r"\b([Aa])n (?=(?!h(?:eir|onest|onou?r|our))[b-df-hj-np-tv-z][a-z])", r"\1 "),
    )
)


def put_right(text: str) -> str:
    """The text with the rules applied: past tenses, dates, years, percentages, articles.

    "has declared" is "declared" (the Italian perfect is what English says in the past), "at the 2016" is "in 2016".
    Placeholders of a glossary stay.
    """
    for pattern, to in _RULES:
        text = pattern.sub(to, text)
    return text


class Phrases:
    """Italian phrases with their English, which go through Apertium as invented words: `ZQYn` is the n-th.

    Args:
        phrases: source and target; a source ending in a preposition stands for its articulated forms too.
    """

    def __init__(self, phrases: Mapping[str, str]) -> None:
        spelt = {form: target for source, target in phrases.items() for form, target in _forms(source, target)}
        self._targets = list(dict.fromkeys(spelt.values()))
        self._numbers = {source: self._targets.index(target) for source, target in spelt.items()}
        words = any_of(spelt, space=r"\s")
        self._pattern = re.compile(rf"(?<![\w'’]){words}(?:(?<=['’])|(?![\w'’]))", re.IGNORECASE)

    def hide(self, text: str) -> str:
        """The text with invented words for its phrases; a text that holds something like them stays as it is."""
        return text if _CLASH.search(text) else self._pattern.sub(self._placeholder, text)

    def restore(self, hidden: str, translated: str) -> str | None:
        """The translation with the phrases in it; None where one was lost or doubled on the way."""
        if sorted(_PHRASE.findall(hidden)) != sorted(_PHRASE.findall(translated)):
            return None
        return _DOUBLED.sub("", _PHRASE.sub(self._target, translated))

    def _placeholder(self, match: re.Match[str]) -> str:
        number = self._numbers[" ".join(match[0].lower().replace("’", "'").split())]
        after = " " if match[0][-1] in "'’" and not match.string[match.end() : match.end() + 1].isspace() else ""
        return f"ZQY{number}Q{after}"

    def _target(self, match: re.Match[str]) -> str:
        target = self._targets[int(match[1])]
        return (
            target[0].upper() + target[1:] if match.start() == 0 or match.string[: match.start()].isspace() else target
        )


_CLASH = re.compile(r"zqy", re.IGNORECASE)
_PHRASE = re.compile(r"ZQY(\d+)Q")
_DOUBLED = re.compile(r"\bthe (?=(?:his|her|its|their|our|my|your|this|these|those)\b)")
_STEMS = {"di": "de", "a": "a", "da": "da", "in": "ne", "su": "su"}


def _forms(source: str, target: str) -> list[tuple[str, str]]:
    before, _, preposition = source.lower().rpartition(" ")
    forms = [(source.lower(), target)]
    if before and preposition in _STEMS:
        stem = f"{before} {_STEMS[preposition]}"
        forms += [(stem + ending, f"{target} the") for ending in ("l", "llo", "lla", "i", "gli", "lle", "ll'")]
    return forms
