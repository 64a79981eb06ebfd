"""What stands around and between the paragraphs of a web page's article, taken out before the body is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

_MARKED = re.compile(
    r"(?:^|[\s_-])(?:newsletter|subscri(?:be|ption)|sign-?up|related(?:-?(?:articles?|content|links?|news|posts?|stories|topics?))?"
    r"|recirc(?:ulation)?|recommend(?:ed|ations?)|read-?(?:more|next|also)|also-?read|see-?also|leggi-?anche|correlati|relacionad[ao]s?"
    r"|share(?:-?(?:bar|buttons?|links?|tools?))?|sharing|social(?:-?(?:bar|buttons?|links?|media|share|sharing))?|addtoany|sharedaddy"
    r"|promo(?:tion|box)?|advert(?:isement|ising)?|ad-?(?:slot|container|wrapper|unit)|outbrain|taboola|sponsored"
    r"|cookies?(?:-?(?:banner|notice|bar|consent))?|consent|gdpr|breadcrumbs?|comments?(?:-?(?:list|section|area|form))?|disqus"
    r"|caption|wp-caption-text|img-credit|image-credit|photo-?credit|bildunterschrift|didascalia"
    r"|tags?-?(?:list|links|cloud)|post-?tags|article-?tags|author-?(?:bio|box|info|card)|about-?the-?author|most-?read|trending)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_WRAPPERS = frozenset(["html", "head", "body", "main", "article"])
_BLOCKS = frozenset(
    ["aside", "div", "dl", "figcaption", "footer", "form", "li", "ol", "p", "section", "span", "table", "ul"]
)
_CLASS = 200
_LABEL = re.compile(r"[^.!?]{0,40}[:|»>–-]\s*")
_LINKED = 0.8
_MOST_OF_PAGE = 0.3
_LONGEST_LINK = 250


def without_furniture(tree: html.HtmlElement, headline: str | None) -> None:
    """Takes out of the tree what is no paragraph of the article.

    That is the headline, captions, elements whose class names them as furniture, lists of links, and paragraphs that are
    one link. Nothing that holds a good part of the text of the page's paragraphs is taken for furniture.
    """
    whole = sum(_letters(p) for p in tree.iter("p"))
    most = max(400, _MOST_OF_PAGE * whole)
    for element in list(_furniture(tree, headline)):
        if element.getparent() is not None and _letters(element) <= most:
            element.drop_tree()


def _furniture(tree: html.HtmlElement, headline: str | None) -> Iterator[html.HtmlElement]:
    words = set((headline or "").casefold().split())
    for element in tree.iter():
        tag = element.tag
        if not isinstance(tag, str) or tag in _WRAPPERS:
            continue
        if tag in {"figcaption", "button"}:
            yield element
        elif tag == "h1":
            shown = set(element.text_content().casefold().split())
            if words and 2 * len(words & shown) >= len(words):
                yield element
        elif tag in _BLOCKS:
            name = f"{element.get('class') or ''} {element.get('id') or ''}"[:_CLASS]
            if _MARKED.search(name) or (tag in {"ul", "ol", "p", "li"} and _is_linked(element)):
                yield element


def _is_linked(element: html.HtmlElement) -> bool:
    """Whether nearly all of the text is links, but for a label that introduces one."""
    links = list(element.iter("a"))
    if not links:
        return False
    letters = _letters(element)
    if element.tag in {"p", "li"}:
        if len(links) != 1 or letters > _LONGEST_LINK:
            return False
        before = (element.text or "").strip()
        label = len(before) if _LABEL.fullmatch(before) else 0
        return _letters(links[0]) >= 0.95 * (letters - label) > 0
    return sum(map(_letters, links)) >= _LINKED * letters > 0


def _letters(element: html.HtmlElement) -> int:
    return sum(len(" ".join(text.split())) for text in element.itertext())
