"""What a web page is when it is no article: a home page, a list, a cookie wall, an error, a video, a teaser."""

from __future__ import annotations

import re
from typing import Any

from lxml import html

from babelwire.errors import RejectInput
from babelwire.reading.metadata import canonical, host_of, line
from babelwire.reading.pages.head import Meta
from babelwire.reading.pages.linked_data import is_video

_SHORTEST_PARAGRAPH = 60
_SHORT = 1200
_CAPTION = 700
_LONGEST_TEASER = 400
_TEASER_SIGNS = 120
"""Characters, where a space stands between words and where none does."""

# letters in links for each letter of the body: above 3 on home pages, below on nearly all articles
_MOST_LINKS = 3.0
_MOST_LINKS_AT_HOME = 0.5
_FEWEST_TEASERS = 8
_TEASER_LINK_WORDS = 5
_SENTENCE = re.compile(r"[.!?…।][\"'”»’)]{0,3}(?:\s|$)|[。！？]")
_CONSENT = re.compile(r"\bcookies?\b|\bconsen(?:t|so|si)\b|\bprivacy\b|\bjavascript\b|\bad ?blocker?\b", re.IGNORECASE)
_ERROR = re.compile(
    r"(?:error(?:e)?\s*:?\s*)?\b(?:40[0134]|410|429|50[0-4])\b(?:\s*[:|–-]?\s*(?:$|error|not found|forbidden|access|page|pagina|the page))"
    r"|\b(?:page|article|story) (?:was |is |could |can |has )?(?:not |no longer |be |been |cannot )*(?:be )?(?:found|available|removed|exist)\b"
    r"|\bpagina (?:non trovata|inesistente|non disponibile)|\bseite nicht gefunden|\bpágina no encontrada|\bpage (?:non trouvée|introuvable)"
    r"|^access denied|^forbidden|^service unavailable|^internal server error|^bad gateway|^gateway time-?out|^errore 40|^accesso negato"
    r"|^just a moment|^attention required|checking your browser|verif(?:y|ying) (?:that )?you are (?:a )?human|are you a (?:robot|human)"
    r"|^pardon our interruption|^captcha|enable javascript and cookies to continue|security check(?: required)?$|^sei un (?:robot|umano)",
    re.IGNORECASE,
)
_LONGEST_TITLE = 120
_SUBSCRIBE = re.compile(
    r"\b(?:subscribe|log in|sign in|register|become a (?:member|subscriber)) (?:now )?to (?:continue|keep|read)|continue reading (?:this|with|by)"
    r"|\bthis (?:article|content|story) is (?:only )?(?:for|available to|exclusive to|reserved for) (?:our )?(?:subscribers|members)"
    r"|\b(?:abbonati|accedi|registrati) (?:per|e) (?:continua|legge)|\bcontenuto riservato agli abbonati|\bper (?:continuare a )?legger[ei].{0,40}abbonat",
    re.IGNORECASE,
)
_PLAYERS = "//video | //iframe[contains(@src, 'youtube') or contains(@src, 'vimeo') or contains(@src, 'player')]"
KINDS = {
    "home_page": "The page is the home page of a site. Give the addresses of its articles, or its feed.",
    "list_page": "The page is a list of links to articles: a section, a tag or search results. Give the articles' own pages.",
    "cookie_wall": "The page only asks for consent to cookies, or for JavaScript. Fetch it again as a reader who has agreed.",
    "error_page": "The page only says that something is missing, forbidden or broken. Fetch the article again later.",
    "video_page": "The page is a video with a caption, and has no article. Nothing can be done but to leave it out.",
    "teaser_only": "The page shows the beginning of an article that only subscribers can read. Give the full article.",
    "not_an_article": "The page has no article in it, or none that can be told from what is around it. Give the article's own page.",
}


def reject_others(
    tree: html.HtmlElement, meta: Meta, data: dict[str, Any], body: list[str], *, own: str | None
) -> None:
    """Lets an article pass, and stops every other kind of page.

    Args:
        data: what the page says of its article in JSON-LD.
        body: the paragraphs found.
        own: the address that the page calls its own.

    Raises:
        RejectInput: `home_page`, `list_page`, `cookie_wall`, `error_page`, `video_page`, `teaser_only`, or
            `not_an_article` where it is none of these.
    """
    described = bool(data) or (meta.first("og:type") or "").lower().endswith("article")
    size = sum(map(len, body))
    at_home = host_of(own) is not None and canonical(own) is None
    told = is_told(body, described=described)
    listing = not described and _is_list(tree, size, at_home=at_home)
    code = None
    if size < _SHORT and not data and _is_error(tree):
        code = "error_page"
    elif not told and _asks_consent(tree, body, size):
        code = "cookie_wall"
    elif listing and at_home:
        code = "home_page"
    elif size < _CAPTION and not data and _is_video(tree, meta, told=told):
        code = "video_page"
    elif (listing and (size or _has_teasers(tree))) or (not told and _lists_links(tree, body)):
        code = "list_page"
    elif _is_teaser(data, body):
        code = "teaser_only"
    elif listing or not told:
        code = "not_an_article"
    if code:
        raise RejectInput(code, KINDS[code])


def is_told(body: list[str], *, described: bool) -> bool:
    """Whether the body is an article's: sentences, most of it where the page does not say so, and no consent notice."""
    length = sum(map(len, body))
    told = [p for p in body if _SENTENCE.search(p) and len(p) >= _SHORTEST_PARAGRAPH]
    consent = sum(len(p) for p in told if _CONSENT.search(p))
    return bool(told) and 2 * consent <= length and (described or 2 * sum(map(len, told)) >= length)


def _is_list(tree: html.HtmlElement, size: int, *, at_home: bool) -> bool:
    """Whether a page has far more letters in links than in its body; fewer where it calls itself a site's home page."""
    letters = sum(len(" ".join(link.text_content().split())) for link in tree.iter("a"))
    return letters > (_MOST_LINKS_AT_HOME if at_home else _MOST_LINKS) * size


def _has_teasers(tree: html.HtmlElement) -> bool:
    return sum(len(link.text_content().split()) >= _TEASER_LINK_WORDS for link in tree.iter("a")) >= _FEWEST_TEASERS


def _lists_links(tree: html.HtmlElement, body: list[str]) -> bool:
    links = {" ".join(link.text_content().split()) for link in tree.iter("a")}
    return len(body) >= _FEWEST_TEASERS and 2 * sum(line in links for line in body) >= len(body)


def _is_error(tree: html.HtmlElement) -> bool:
    titles = [
        line(tree.findtext(".//title")),
        *(line(h1.text_content()) for h1 in tree.xpath("(//h1)[position() <= 2]")),
    ]
    return any(title and len(title) <= _LONGEST_TITLE and _ERROR.search(title) for title in titles)


def _asks_consent(tree: html.HtmlElement, body: list[str], size: int) -> bool:
    if body:
        return 2 * sum(len(p) for p in body if _CONSENT.search(p)) > size
    shown = " ".join(
        (tree.text_content() if tree.find("body") is None else tree.find("body").text_content())[:5000].split()
    )
    return len(shown) < _SHORT and _CONSENT.search(shown) is not None


def _is_video(tree: html.HtmlElement, meta: Meta, *, told: bool) -> bool:
    kind = (meta.first("og:type") or "").lower()
    return kind.startswith("video") or is_video(tree) or (not told and bool(tree.xpath(_PLAYERS)))


def _is_teaser(data: dict[str, Any], body: list[str]) -> bool:
    text = " ".join(body)
    words = text.count(" ") + 1
    whole = str(data.get("wordCount") or "")
    paid = str(data.get("isAccessibleForFree")).lower().rstrip("/").endswith("false")
    if not paid and not any(_SUBSCRIBE.search(p) for p in body[-3:]):
        return False
    longest = _LONGEST_TEASER if 10 * words > len(text) else _TEASER_SIGNS
    return len(text) <= longest and (not whole.isdecimal() or len(whole) > 6 or words < 0.6 * int(whole))
