"""Proper names in an Italian sentence: what stands in capitals and is not an Italian word, and the names of countries."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import regex
from babel import Locale, UnknownLocaleError
from wordfreq import zipf_frequency

# Titles and institutions are written with a capital and are translated; a capitalised word after one may be its adjective.
_COMMON_WORDS = """
    accademia aeroporto agenzia alleanza alta alto ambasciata ambasciatore amministrazione arcivescovo armata
    arma assemblea assessore associazione autorità avvocato azienda banca basilica borsa caffè camera campionato
    campo cancelliere capitano capo cardinale carta casa castello cattedrale centro chiesa circolo città codice
    collegio colonnello comitato commissario commissione compagnia comune comunità concilio confederazione
    conferenza congresso consiglio consigliere convenzione coppa corpo corte costa costituzione croce curia dio
    diocesi dipartimento direttore direzione direttiva dottor dottore dottoressa duca duomo ente esercito estero
    est europeo federazione festa fiera finanza fiume fondazione forza forze fronte galleria gazzetta generale
    giornata giro giudice giunta giustizia governatore governo gran grande gruppo guardia guerra imperatore
    impero impresa ingegner ispettore isola isole istituto lago legge lega libro liceo lotta maestro maggiore
    magistratura mar mare maresciallo marina ministero ministra ministro mondiale mondo monsignor monte
    movimento municipio museo nazionale nazione nord novecento occidente oceano onorevole opera ordine oriente
    ospedale osservatorio ovest padre paese paesi palazzo papa parco parlamento parrocchia partito patto piazza
    piano polizia politecnico pontefice ponte porta porto premio premier presidente presidenza primo principe
    principessa procura procuratore professor professore professoressa progetto programma provincia prefettura
    quartiere questura re regina regione regno repubblica rettore rivoluzione sacro sala scuola segretario
    segreteria seconda secondo senato senatore senatrice servizio settentrione signor signora signore sindacato
    sindaca sindaco sinistra società sovrintendenza stadio stati stato stazione storia strada sud suora tavola
    teatro terra terza terzo torneo torre tribunale trattato ufficio unione unità università valle vangelo
    vescovo via viale vice vicepresidente vigili villa ex gennaio febbraio marzo aprile maggio giugno luglio
    agosto settembre ottobre novembre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica pasqua
    natale
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_AT_THE_START_WORDS = """
    a ad adesso ai al alcuna alcune alcuni alcuno all alla alle allo allora almeno altra altre altri altro
    ambedue anche ancora anzi appena assai attorno attualmente avanti basta bene benché c causa certo che chi
    chissà chiunque ci ciascuno ciò cioè circa col come comunque con così contro cosa cui d da dagli dai dal
    dall dalla dalle dallo davanti dato degli dei del dell della delle dello dentro dieci dietro difficile di
    dopo dove dovunque due dunque durante e ebbene ecco ed effettivamente egli ella entrambe entrambi essa esse
    essendo essi esso eppure era è fa finalmente finché fine fino fin forse fra fuori già giacché gli grazie
    guai ha hanno i ieri il in infatti infine inoltre insieme insomma intanto intorno invece io l la là laddove
    le lei li lì lo loro lui lungo ma magari mai male malgrado me mediante meglio meno mentre mi mia mica mie
    mio moltissimi molta molte molti molto n né ne neanche negli nei nel nell nella nelle nello nemmeno neppure
    nessun nessuna nessuno niente no noi non nonostante nostra nostri nostro nulla nuova nuove nuovi nuovo o od
    oggi ogni ognuno oltre oppure ora ormai ovvero ovviamente per perché perciò però persino piuttosto più poca
    poche pochi poco poi poiché possibile presso presto prima pronti prossima prossimo proprio purché pure
    purtroppo qua qual qualche qualcosa qualcuno quale quali qualora qualsiasi qualunque quando quante quanti
    quanto quasi quattro quel quell quella quelle quelli quello quest questa queste questi questo qui quindi
    rispetto s salvo sarà sarebbe se sebbene secondo sei sempre senza sette si sì siccome sicuramente sino
    soltanto solo sono sopra soprattutto sotto spesso sta stando stasera stessa stessi stesso su sua subito
    successivamente sue sugli sui sul sull sulla sulle sullo suo suoi tale tali talvolta tanta tante tanti tanto
    te ti tra tranne tre troppi troppo tu tutta tuttavia tutte tutti tutto un una undici uno v va ve verso vi
    vicino voi volta
"""
_AT_THE_START = frozenset(_AT_THE_START_WORDS.split())

_TITLES_WORDS = """
    presidente ministro ministra premier papa cardinale don suor padre signor signora dottor dottoressa
    professor professoressa generale colonnello capitano maresciallo senatore senatrice onorevole avvocato
    avvocata giudice sindaco sindaca governatore re regina principe principessa monsignor vescovo
"""
_TITLES = frozenset(_TITLES_WORDS.split())
_TITLE_BEFORE = regex.compile(rf"(?<!\p{{L}})(?:{'|'.join(sorted(_TITLES))})\s$")

_WORD = r"(?:(?:[DO]|Mc|Mac)['’]?)?\p{Lu}[\p{L}\p{M}\p{N}]*+(?:-[\p{L}\p{N}]++)*+"
_INITIAL = r"\p{Lu}\."
_PARTICLE = r"(?:al-|(?:de la|de los|de|du|des|dos|do|van der|van den|van de|van|von der|von|der|den|ter|bin|ibn|ben|af|el|al)\s)"
_NAME = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?:{_INITIAL}\s?){{0,4}}+{_WORD}(?:[ \u00a0](?:{_PARTICLE}|(?:{_INITIAL}\s?){{1,4}})?{_WORD}){{0,9}}+(?!['’]\p{{L}}|[\p{{L}}\p{{N}}])"
)
_TOKEN = regex.compile(r"\S+")
_ENDS_SENTENCE = regex.compile(r"(?:^|[.!?:;…—–]\s*|\n)[\s\"“”«»‘'(\[•*-]*$")
_VERB_FOLLOWS = regex.compile(
    r"\s+(?:(?:non|si|lo|la|li|le|gli|ci|ne)\s+|l['’])?(?:(?:ha|hanno|è|era|aveva|fu|sarà|avrà|ebbe|sta|va|può|vuole|deve"
    r"|dice|fa|sarebbe|avrebbe|che)\b|\p{Ll}+[òì]\b)|,\s(?:che|già|ex|nat[oa]|il|la)\b"
)


class Name(NamedTuple):
    """Where a name stands in the sentence, and how many words it has."""

    start: int
    end: int
    words: int


def find_names(sentence: str) -> list[Name]:
    """The proper names of one Italian sentence, from left to right.

    A capital inside the sentence marks a name, unless the word is a title, an institution or an Italian word that
    English and German texts do not have (word frequencies of wordfreq). The word that opens the sentence is a name
    when another name or a verb in the third person follows it, or when Italian hardly knows it. Where most words of a
    sentence have a capital, only names of several words count.
    """
    if sentence.isupper():
        return []
    shouted = _shouted(sentence)
    names: list[Name] = []
    for match in _NAME.finditer(sentence):
        tokens = [(match.start() + t.start(), match.start() + t.end()) for t in _TOKEN.finditer(match[0])]
        opens = _ENDS_SENTENCE.search(sentence, max(0, match.start() - 8), match.start()) is not None
        kept = _kept([sentence[a:b] for a, b in tokens], opens=opens, followed=sentence[match.end() : match.end() + 40])
        if not opens and len(tokens) == 1 and _TITLE_BEFORE.search(sentence, max(0, match.start() - 16), match.start()):
            kept = [True]
        names += _runs(tokens, kept)
    return [name for name in names if name.words > 1] if shouted else names


@cache
def country_names(source: str, target: str) -> dict[str, str]:
    """Names of countries and territories in one language and in another (BCP 47 tags), from CLDR, without articles; empty for a language it does not have."""
    try:
        from_names, to_names = (Locale.parse(tag, sep="-").territories for tag in (source, target))
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        name: to_names[code]
        for code, name in from_names.items()
        if len(code) == 2
        and code in to_names
        and code not in _NO_COUNTRY
        and regex.fullmatch(r"\p{Lu}[\p{L} '’-]+", name)
    }


# Unknown, invented and joined regions; Riunione is also a meeting, and Man half of Isle of Man.
_NO_COUNTRY = frozenset({"ZZ", "XA", "XB", "QO", "EU", "EZ", "UN", "RE", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"})


def _shouted(sentence: str) -> bool:
    words = regex.findall(r"\p{L}{4,}", sentence)
    return len(words) > 5 and sum(w[0].isupper() for w in words) > 0.75 * len(words)


def _kept(words: list[str], *, opens: bool, followed: str) -> list[bool]:
    kept = [_is_name(word) for word in words]
    if opens:
        kept[0] = _opens_as_name(words, kept, followed)
    for i, word in enumerate(words):
        title_before = i > 0 and (kept[i - 1] or _is_title(words[i - 1]))
        if not kept[i] and title_before and not _is_common(word) and not _looks_like_adjective(word):
            kept[i] = True
    if len(words) > 1 and kept[-2] and words[-2].lower() not in _COMMON and words[-1][0].isupper():
        kept[-1] = True
    return kept


def _opens_as_name(words: list[str], kept: list[bool], followed: str) -> bool:
    first = words[0]
    if first.lower().rstrip("'’") in _AT_THE_START or _is_common(first):
        return False
    if len(first) > 1 and first.isupper():
        return True
    if len(words) > 1 and kept[1]:
        return _foreignness(first) > -2.3
    italian = zipf_frequency(first, "it")
    if _VERB_FOLLOWS.match(followed):
        return italian < 4.2 or _foreignness(first) > -2
    return italian < 2 or _foreignness(first) > -1.3


@lru_cache(maxsize=50_000)
def _is_name(word: str) -> bool:
    if _is_common(word) or word.endswith("-"):
        return False
    if len(word) == 1:
        return False
    return zipf_frequency(word, "it") < 4.2 or _foreignness(word) > -1.9


def _is_common(word: str) -> bool:
    return word.lower() in _COMMON


def _is_title(word: str) -> bool:
    return word.lower() in _TITLES


@lru_cache(maxsize=50_000)
def _foreignness(word: str) -> float:
    """How much more often English or German has the word than Italian, in powers of ten."""
    return float(max(zipf_frequency(word, "en"), zipf_frequency(word, "de")) - zipf_frequency(word, "it"))


def _looks_like_adjective(word: str) -> bool:
    return (
        regex.search(
            r"(?:al[ei]|ic[oaie]|iche|ian[oaie]|iv[oaie]|ar[ei]|europe[oaie]|supre\w+|popolar\w+)$", word.lower()
        )
        is not None
    )


def _runs(tokens: list[tuple[int, int]], kept: list[bool]) -> list[Name]:
    names: list[Name] = []
    first: int | None = None
    for i, keep in enumerate([*kept, False]):
        if keep and first is None:
            first = i
        elif not keep and first is not None:
            names.append(Name(tokens[first][0], tokens[i - 1][1], i - first))
            first = None
    return names
