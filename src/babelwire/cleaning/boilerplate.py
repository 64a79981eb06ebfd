"""What sites and systems put between the paragraphs: invitations, notices, and paragraphs that came twice."""

from __future__ import annotations

import regex

from babelwire.cleaning.draft import Draft

NOTICES = (
    # an invitation and nothing else
    r"(?:read (?:more|also|next|the full (?:story|article))|more on this(?: story)?|related(?: (?:stories|articles|content))?)[:.…»>]*",
    r"(?:leggi (?:anche|tutto|di più)|continua(?: a leggere)?|vedi anche|ti potrebbe interessare(?: anche)?|articoli correlati)[:.…»>]*",
    r"(?:share(?: (?:this|on|via)(?: \w+){0,3})?|condividi(?: (?:su|questo)(?: \w+){0,3})?|stampa|print this|tweet)[:.…»>]*",
    r"(?:sign up|subscribe|log in|accedi|registrati|abbonati|iscriviti)(?: (?:now|today|ora|subito|here|qui))?[:.!…»>]*",
    r"(?:subscribe to|sign up (?:for|to)|get) (?:our|the)(?: \w+){0,4} (?:newsletters?|alerts?|updates?)[^.]{0,80}[.!]?",
    r"(?:iscriviti|abbonati|registrati) (?:a|al|alla|alle) (?:nostr[aeo] )?(?:newsletter|canale|notifiche)[^.]{0,80}[.!]?",
    r"(?:follow us|seguici)(?: (?:on|su) [^.]{2,60})?[.!:]?",
    r"(?:follow|segui) [\p{L}' ]{2,40} (?:on|su) (?:x|twitter|facebook|instagram|telegram|whatsapp|linkedin|youtube|google news)\b[^.]{0,40}[.!]?",
    r"-{0,3} ?(?:advertisement|advertising|sponsored(?: content)?|pubblicità|annuncio(?: pubblicitario)?|contenuto sponsorizzato) ?-{0,3}",
    r"(?:article|story) continues (?:below|after)(?: (?:this |the )?advertisement)?[.]?|l'articolo (?:continua|prosegue) (?:sotto|dopo)[^.]{0,40}[.]?",
    r"(?:we|this (?:site|website)|our (?:site|website)) uses? (?:third[- ]party )?cookies\b.{0,500}",
    r"(?:questo sito|il sito|noi) (?:usa|utilizza|fa uso di) (?:i )?cookie\b.{0,500}|utilizziamo (?:i )?cookie\b.{0,500}",
    r"(?:accept|accetta|reject|rifiuta)(?: (?:all|tutti|tutto|i))*(?: cookies?)?|(?:gestisci|manage) (?:le )?(?:preferenze|preferences|cookies?)",
    r"(?:(?:copyright )?(?:©|\(c\))|copyright (?:\d{4}|by)\b).{0,160}|(?:tutti i diritti riservati|all rights reserved)[.]?",
    r"(?:©|\(c\))?\s?riproduzione (?:riservata|vietata)[.]?\s?(?:©)?",
    r"\(?(?:segue|more|continua)\)",
    # an invitation and the title it leads to
    r"(?:read (?:more|also|next)|related|see also|watch)\s?[:|»>–-]\s?.{1,200}",
    r"(?:leggi (?:anche|tutto)|vedi anche|guarda anche|approfondisci|ti potrebbe interessare)\s?[:|»>–-]\s?.{1,200}",
)
"""Regular expressions, without regard to case, each for a whole paragraph."""

LONGEST_NOTICE = 600
REPEATED_LETTERS = 40
"""A paragraph with more characters than this that comes again anywhere is the same paragraph again."""

_NOTICE = regex.compile("|".join(f"(?:{n})" for n in NOTICES), regex.IGNORECASE)
_TITLE_AFTER = regex.compile(
    r"(?:LEGGI ANCHE|READ MORE|READ ALSO) .{1,200}|(?:Leggi anche|Read also) [\p{Lu}«“\"'].{0,198}[^.;]"
)
_TRAILER = regex.compile(
    r"\s*(?:(?:©|\([cC]\))\s?(?:RIPRODUZIONE RISERVATA|Riproduzione riservata)|RIPRODUZIONE RISERVATA\s?©?|\((?:segue|SEGUE)\))\s?\.?$"
)
_CAPTION = regex.compile(
    r"(?:(?i:file) )?(?i:foto|photo|photograph|fotografia|image|immagine|picture)(?: (?i:di|by|d'archivio))?\s?[:/]\s?[\p{Lu}@©].{1,200}"
    r"|.{0,500}\b(?:Photograph|Photo|PHOTO|Foto|FOTO|Image|Immagine|Picture|Credit)\s?[:/]\s?[\p{Lu}@©][^.!?]{0,80}[.]?"
    r"|.{0,500}\((?i:photo|foto|image|picture|credit|ap photo|reuters|getty|ansa|epa)\b[^()]{0,80}\)[.]?"
    r"|.{0,500}\b(?:Getty Images|Shutterstock|AP Photo|EPA)\)?[.]?"
)


def cut_notices(draft: Draft) -> None:
    """Cuts the paragraphs that are a notice, and the rights notice at the end of a paragraph."""
    draft.keep([not is_notice(p) for p in draft.paragraphs])
    for index, paragraph in enumerate(draft.paragraphs):
        trailer = _TRAILER.search(paragraph, max(0, len(paragraph) - 40))
        if trailer and trailer.start() > 0:
            draft.cut_end(index, trailer.start())


def cut_repeats(draft: Draft) -> None:
    """Cuts a paragraph that repeats the one before it or, when it is long, any before it."""
    seen: set[str] = set()
    wanted: list[bool] = []
    for before, paragraph in zip([None, *draft.paragraphs], draft.paragraphs, strict=False):
        wanted.append(paragraph != before and paragraph not in seen)
        if len(paragraph) > REPEATED_LETTERS:
            seen.add(paragraph)
    draft.keep(wanted)


def is_notice(paragraph: str) -> bool:
    """Whether the paragraph is one of `NOTICES`, or an invitation in capitals with the title it leads to."""
    short = len(paragraph) <= LONGEST_NOTICE
    return short and bool(_NOTICE.fullmatch(paragraph) or _TITLE_AFTER.fullmatch(paragraph))


def is_caption(paragraph: str) -> bool:
    """Whether the paragraph is the caption of a photograph: it ends or begins with who took it."""
    return len(paragraph) <= LONGEST_NOTICE and bool(_CAPTION.fullmatch(paragraph))
