"""One spelling for the ways in which a person's name is carried over from another script or another alphabet.

Rules of one language are only used on a name that shows, by a given name or an ending, that it is of that language:
what is one sound in Russian is two names in Polish or Italian. A word in, a word out; nothing here knows a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from anyascii import anyascii


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# German and Nordic: the two ways to write an umlaut without one. The letters that follow keep Michael and Fuentes.
UMLAUT = re.compile(
    r"(?<=[bcdfghjklmnprstvwz])(?:"
    r"(a)e(?=ll|h|rt|rk|rg|rz|nd|nn|ch|ck|ff|fe|ss|st|tz|mm|g|b|u)"
    r"|(o)e(?=ll|d|h|tt|tz|tsch|tk|rs|rg|rn|rk|st|ss|pf|nn|nb|nf|ni|ch|ck|g|b|w|fl|sl)"
    r"|(u)e(?=ll|h|rg|rk|rs|rt|nth|nch|nz|ck|ch|bn|bs|bl|dt|ss|tz|tt|gg|gn|ff|mm|pp))"
)
SOFT_SIGNS = str.maketrans("", "", "'’‘ʼʹʺ`´ʿʾʻ")
HACEKS = str.maketrans({"š": "sh", "č": "ch", "ž": "zh", "ш": "sh", "ч": "ch", "ж": "zh"})

EAST_SLAVIC = (
    # What comes from Cyrillic as -ий, -ый, -ей and -ай, in the ways English, Italian, German and others write it.
    (r"gh(?=[ei])", "g"),
    (r"tsch|tch|ci(?=[aou])", "ch"),
    (r"chy?ov$", "chev"),
    (r"(?<=[aeo])[jy](?=[^aeiouy])", "i"),
    (r"(?<=[aeo])ss(?=[aeio])", "s"),
    (r"(?<=[eo])(?:w|ff?)$", "v"),
    (r"ks", "x"),
    (r"(?:evich|ewicz|evitch|evic|evyc|evych)$", "evich"),
    (r"(?:ovich|ovitch|ovic|ovyc|ovych)$", "ovich"),
    (r"(?:yc|ych|ic|itch)$", "ich"),
    (r"^[ij](?=[aou])", "y"),
    (r"^(?:ye|je)", "e"),
    (r"(?<=[aeiouy])(?:ye|je)", "e"),
    (r"(?:[yi]o|[yij]e|e)v$", "ev"),
    (r"(?<=[bcdfghklmnprstvxz])[jy](?=[aou])", "i"),
    (r"[iy][yj](?=[aou])", "i"),
    (r"(?:iy|ii|ij|yi|yy|yj)$", "y"),
    (r"(?<=[bcdfghklmnprstvxz])i$", "y"),
    (r"(?:ey|ej|ei|eyi)$", "ei"),
    (r"(?:ay|aj|ai)$", "ai"),
    (r"aia$|aja$", "aya"),
    (r"enka$", "enko"),
    (r"^w", "v"),
)
# After the rules above: the given names of Russian, Ukrainian and Belarusian that show where a name comes from, each
# with the spellings that no rule reaches. Forms of two languages (Andrei and Andriy) are two names.
EAST_SLAVIC_NAMES = """
alexander=alexandr alexei andrei andriy=andry anatoly arkady artem=artiom artur bohdan boris borys danylo denys
dmitry dmytro=dmitro eduard evgen=evhen,evheny evgenia evgeny fedor=fiodor galina gennady georgy german grigory
hennady hryhory igor ihor ilya=ilia irina iryna ivan katerina kateryna kirill=kyrill,kiril konstantin kostiantyn
ksenia=xenia larisa larysa leonid lyudmila=liudmila,ludmila margarita maria maxim maxym mikalai
mikhail=michail,mihail mykhailo mykola nadezhda natalia nikita nikolai=nicolai oksana=oxana oleg oleh olena
olexandr=olexander olga olha pavel pavlo petr=piotr,pyotr petro roman ruslan rustam rustem semen=semion sergei
serhiy=serhy,sergy stanislav stepan sviatlana svetlana svitlana taras tatiana tetiana timofei timur vadim vadym
valentin valentina valentyn valentyna valery vasily vasyl viacheslav victor=viktor viktoria vitaly vladimir
vladislav vladyslav volodymyr=volodimir vsevolod yaroslav yegor=egor yulia yury zakhar
"""
# Names of other languages too; alone they do not show where somebody comes from.
COMMON_GIVEN = _words(
    "alexander andrei artur boris eduard galina georgy german igor irina ivan katerina konstantin ksenia larisa "
    "lyudmila margarita maria maxim natalia nikita nikolai oleg olga pavel petr roman semen stanislav tatiana valentin "
    "valentina valery victor viktoria vladimir vladislav yaroslav yulia"
)
# Of these the spellings are one name in every language that is written about.
GIVEN_ANYWHERE = _words("alexander maria natalia tatiana victor vladimir")
EAST_SLAVIC_ENDINGS = (
    "enko", "enka", "chuk", "shvili", "skyy", "skiy", "skyi", "skij", "skaya", "skaia", "skaja", "naya", "naja", "ovych", "evych",
)  # fmt: skip
# These are of other Slavic languages too: they count beside a given name that may be of either.
SLAVIC_ENDINGS = ("ov", "ev", "ova", "eva", "sky", "ny", "in", "ovich", "evich")

ARABIC_WORDS = """
muhammad=mohammed,mohamed,mohammad,mohamad,muhammed,muhamed,muhamad,mohammod ahmad=ahmed
hussein=husain,hussain,husayn,hossein,husein,hussayn,hosein,hoseyn hassan=hasan abdullah=abdallah,abdulla,abdollah
omar=umar osama=usama,oussama yasser=yasir,yaser,yassir khaled=khalid,chaled saeed=said,saied,sayeed
youssef=yousef,yusuf,yousuf,yusef,yussef,youssouf,yusif ibrahim=ebrahim,ibraheem,brahim
ismail=ismael,esmail,ismaeel,esmaeil mustafa=mostafa,moustafa,mustapha,mostapha mahmoud=mahmud,mahmood
masoud=massoud,masud,masood nasser=nasir,naser,nassir rashid=rasheed,rachid,rached tariq=tarek,tareq,tarik,tarique
walid=waleed,oualid faisal=faysal,feisal,faysel suleiman=sulayman,soleiman,sulaiman,suleyman,soleyman karim=kareem
salim=saleem hamid=hameed jamal=gamal,djamal bashar=bachar,bashshar hamad marwan=merouan,marouan
najib=nagib,najeeb,naguib qasim=qassem,kassem,qasem,kasim,qassim,kasem,ghasem tawfiq=tawfik,taoufik,toufic zayed
adnan ayman=aiman bilal=billal fatima=fatimah,fatma fouad=fuad,foad ghassan=gassan hisham=hicham,hesham imran=emran
iyad=eyad kamal=kemal khalil=kalil,khaleel latif=lateef,latiff majid=majed,majeed munir=mounir,moneer,muneer
murad=mourad nabil=nabeel,nabyl nouri=nuri,noori qais=qays,kais rafiq=rafik,rafic,rafeeq ramzi=ramzy,ramzey
riyad=riad,riyadh saad=sa'd salah samir=sameer,samyr sharif=shareef,cherif,sherif tahir=taher,taheer talal
wael=wail,wa'el yahya=yahia,yehia,yehya zakaria=zakariya,zakariyya ziad=ziyad,zyad bin=ibn,ben hadi=hady abu=abou
"""
# Not Arabic in every name that holds them.
ARABIC_UNSURE = frozenset(
    {"bin", "abu", "bilal", "adnan", "imran", "zayed", "kamal", "salim", "salah", "omar", "karim", "jamal", "murad"}
)
ARABIC_RULES = (
    (r"ou|oo|o(?=[^aeiou])", "u"),
    (r"aa", "a"),
    (r"ee", "i"),
    (r"a[yi](?=[^aeiouy])|e[yi](?=[^aeiouy])", "ai"),
    (r"(?:ey|ay|ai|ei)$", "ei"),
    (r"([bcdfghjkmnpqrstvwxyz])\1", r"\1"),
    (r"(?:iy|yi|i|y)+(?:eh|ah|a|e)$", "iya"),
    (r"(?<=[^aeioul])(?:eh|ah|a)$", "a"),
    (r"(?<=[bcdfghjklmnpqrstvwxz])y$", "i"),
    (r"q", "k"),
)
HEBREW_WORDS = """
benjamin=binyamin,benyamin,biniamin yitzhak=itzhak,yitzchak,izhak,yitschak,itzchak avigdor=avighdor yoav=ioav,joav
yehuda=jehuda,yehudah moshe=moche,mosheh shimon=shim'on
"""
THEOPHORIC = re.compile(r"(?:[iy]ahou|iahu|iyahu)$")
ABD = re.compile(r"^abd[aeou]l(?=[^aeioul]..)|^abd[aeou]l(?=a[^h]..)")
ABD_WORDS = frozenset({"abdel", "abdul", "abdal", "abdol", "abdoul"})

HAN_SYLLABLE = re.compile(r"(?:[bcdfghjklmnpqrstwxyz]|ch|sh|zh|ts)?[wy]?[aeiou]{1,3}(?:ng|n|k|l|m|p|t)?")
HAN_FAMILIES = _words(
    "kim park pak lee yi choi jung jeong cho kang yoon yun jang lim han oh seo shin kwon hwang ahn song moon wang li zhang "
    "liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang xie tang deng feng cao peng zeng xiao tian "
    "dong pan yuan cai jiang yu du ye cheng wei su lu ding ren xi mao hua qin "
    "lai tsai chiang chan wong cheung chow leung kuo hsu tseng hsieh chung bae ryu shim woo yoo"
)


def _table(text: str) -> dict[str, str]:
    usual = {}
    for entry in text.split():
        name, _, others = entry.partition("=")
        usual.update(dict.fromkeys((name, *filter(None, others.split(","))), name))
    return {k.replace("'", ""): v for k, v in usual.items()}


SLAVIC_GIVEN = _table(EAST_SLAVIC_NAMES)
ARABIC = _table(ARABIC_WORDS)
HEBREW = _table(HEBREW_WORDS)
_SLAVIC_RULES = [(re.compile(pattern), by) for pattern, by in EAST_SLAVIC]
_ARABIC_RULES = [(re.compile(pattern), by) for pattern, by in ARABIC_RULES]


def plain(text: str) -> str:
    """The text in lower-case ASCII letters, without accents and apostrophes; other scripts are spelt out."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(SOFT_SIGNS)
    return text if text.isascii() else anyascii(text).casefold().translate(SOFT_SIGNS)


def one_spelling(words: Sequence[str], spelt: Sequence[str] | None = None) -> list[str]:
    """The words of one person's name in the spelling that all its transliterations share.

    Args:
        words: as `plain` gives them.
        spelt: the same words with their accents, where they have some.
    """
    slavic = [_slavic(s) for s in (spelt or words)]
    if _is_slavic(words, slavic):
        return slavic
    arabic = [_arabic(w) for w in words]
    if any(w in ARABIC and ARABIC[w] not in ARABIC_UNSURE for w in words) or any(
        w in ABD_WORDS or ABD.match(w) for w in words
    ):
        return [part for word in arabic for part in word.split()]
    given = SLAVIC_GIVEN.get(slavic[0]) if slavic else None
    return [
        HEBREW.get(w, given if i == 0 and given in GIVEN_ANYWHERE and len(words) > 1 else _other(w))
        for i, w in enumerate(words)
    ]


def _is_slavic(words: Sequence[str], slavic: Sequence[str]) -> bool:
    given = [SLAVIC_GIVEN[w] for w in slavic if w in SLAVIC_GIVEN]
    return (
        any(name not in COMMON_GIVEN for name in given)
        or any(w.endswith(EAST_SLAVIC_ENDINGS) for w in words)
        or (bool(given) and any(w.endswith(SLAVIC_ENDINGS) for w in slavic[1:]))
    )


@lru_cache(maxsize=50_000)
def _slavic(word: str) -> str:
    word = plain(unicodedata.normalize("NFKC", word).casefold().translate(HACEKS))
    if word.endswith(("ski", "cki")):
        word = word[:-1] + "y"
    for pattern, by in _SLAVIC_RULES:
        word = pattern.sub(by, word)
    return SLAVIC_GIVEN.get(word, word)


@lru_cache(maxsize=50_000)
def _arabic(word: str) -> str:
    if word in ARABIC:
        return ARABIC[word]
    if word in ABD_WORDS:
        return "abdul"
    if joined := ABD.match(word):
        return f"abdul {_arabic(word[joined.end() :])}"
    for pattern, by in _ARABIC_RULES:
        word = pattern.sub(by, word)
    return word


@lru_cache(maxsize=50_000)
def _other(word: str) -> str:
    return THEOPHORIC.sub("yahu", UMLAUT.sub(lambda m: m[1] or m[2] or m[3], word))
