"""What sites and systems put between the paragraphs: invitations, notices, captions, and paragraphs that came twice."""

from __future__ import annotations

import regex

from babelwire.cleaning.draft import Draft
from babelwire.cleaning.people import NAME

NOTICES = (
    # an invitation and nothing else
    r"(?:read (?:more|also|next|the full (?:story|article))|more on this(?: story)?|(?:see|show|load|learn|find out) more|related(?: (?:stories|articles|content))?)[:.…»>]*",
    r"(?:leggi (?:anche|tutto|di più)|continua(?: a leggere)?|vedi anche|mostra altro|(?:ti )?potrebbe(?:ro)? interessar[tv]i(?: anche)?|ti potrebbe(?:ro)? interessare(?: anche)?|(?:per saperne di più|per approfondire)|(?:articoli|notizie|contenuti) correlat[ie]|(?:i|gli articoli)? ?più letti|le (?:notizie )?più lette)[:.…»>]*",
    r"(?:you (?:may|might) also (?:like|be interested in)|most (?:read|popular|viewed)|recommended(?: (?:stories|for you))?|trending(?: now)?|top stories|more stories)[:.…»>]*",
    r"(?:click|tap) here[.!]?|clicca qui[.!]?",
    # sharing, printing, commenting
    r"(?:share(?: (?:this|on|via)(?: \w+){0,3})?|condividi(?: (?:su|questo)(?: \w+){0,3})?|stampa|print this|tweet)[:.…»>]*",
    r"(?:save|listen(?: to (?:this )?article)?|copy link|print|copia (?:il )?link|salva|ascolta(?: (?:l'articolo|questo articolo))?|stampa (?:l'articolo|questo articolo)|invia (?:per|via) (?:e-?)?mail)[:.…»>]*",
    r"(?:(?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|messenger|flipboard|reddit|e-?mail)(?:[ ,|/·•]{1,3}|$)){2,8}",
    r"(?:lascia|scrivi|aggiungi|leggi|vedi|mostra|invia) (?:un|il tuo|i|tutti i) comment[oi][.:!]?",
    r"(?:\d{1,5} )?comment[is](?: \(?\d{1,5}\)?)?|commenta(?: (?:l'articolo|la notizia))?[.:!]?",
    r"(?:leave|post|add|write|view|read|show|see) (?:a|your|the|all) comments?[.:!]?",
    r"join the (?:conversation|discussion)[.:!]?|have your say[.:!]?",
    # subscriptions
    r"(?:sign up|subscribe|log in|accedi|registrati|abbonati|iscriviti)(?: (?:now|today|ora|subito|here|qui))?[:.!…»>]*",
    r"(?:subscribe to|sign up (?:for|to)|get) (?:our|the)(?: \w+){0,4} (?:newsletters?|alerts?|updates?)[^.]{0,80}[.!]?",
    r"(?:sign up|subscribe)(?: (?:here|now|today))? (?:for|to) [^.!?,]{2,80}\b(?:newsletters?|inbox|emails|email (?:alerts|updates)|briefing)\b[^.!?,]{0,80}[.!]?",
    r"get [^.!?,]{2,80} (?:delivered|sent|straight|direct(?:ly)?)? ?to your (?:inbox|phone)\b[^.!?,]{0,60}[.!]?",
    r"(?:iscriviti|abbonati|registrati) (?:a|al|alla|alle) (?:nostr[aeo] )?(?:newsletter|canale|notifiche)[^.]{0,80}[.!]?",
    r"ricevi [^.!?,]{2,80}\b(?:newsletter|nella tua (?:casella|e-?mail)|via e-?mail|sul tuo (?:smartphone|telefono|cellulare))\b[^.!?,]{0,60}[.!]?",
    r"(?:follow us|seguici)(?: (?:on|su|sui|sulla) [^.]{2,60})?[.!:]?",
    r"(?:follow|segui) [\p{L}' ]{2,40} (?:on|su) (?:x|twitter|facebook|instagram|telegram|whatsapp|linkedin|youtube|google news)\b[^.]{0,40}[.!]?",
    r"rest(?:a|ate) (?:sempre )?aggiornat[oaie](?: (?:con|su|sulle|sul) [^.!?,]{2,80})?[.!:]?",
    r"(?:entra nel|entra a far parte del|unisciti al|join (?:our|the)) (?:nostro )?(?:canale |gruppo )?(?:whatsapp|telegram)\b[^.!?,]{0,60}[.!]?",
    r"(?:scarica|download|get) (?:gratis |subito |ora )?(?:l'app|la nostra app|our (?:\w+ )?app|the (?:\w+ ){0,2}app)(?: (?:di|del|della|for|on|from|per|su) [^.!?,]{2,60})?[.!:]?",
    r"questo (?:articolo|contenuto) è (?:riservato|disponibile solo|visibile solo)(?: solo)? (?:agli|ai|per gli) (?:abbonati|iscritti|utenti registrati)[.!]?",
    r"this (?:article|content|story) is (?:only )?(?:for|available to|exclusive to|reserved for) (?:our |paying |registered )?(?:subscribers|members)(?: only)?[.!]?",
    r"(?:sei già|già) (?:abbonat[oa]|registrat[oa]|iscritt[oa])\?.{0,40}|already (?:a (?:subscriber|member)|have an account|subscribed)\?.{0,40}",
    r"per continuare a leggere,? (?:abbonati|accedi|registrati|iscriviti)\b[^.!?]{0,80}[.!]?",
    r"to (?:continue|keep) reading,? (?:please )?(?:log in|sign (?:in|up)|subscribe|register)\b[^.!?]{0,80}[.!]?",
    # advertisements
    r"-{0,3} ?(?:advertisement|advertising|sponsored(?: content)?|pubblicità|annuncio(?: pubblicitario)?|contenuto sponsorizzato|messaggio (?:pubblicitario|promozionale)|contenuto (?:pubblicitario|promozionale)|informazione pubblicitaria|sponsorizzato|(?:branded|partner|paid|promoted) content|advertorial|publiredazionale) ?-{0,3}",
    r"advertisement\s?[-–—.:|]{1,2}\s?(?:scroll to continue|(?:article|story) continues below)[.]?",
    r"(?:article|story) continues (?:below|after)(?: (?:this |the )?advertisement)?[.]?|l'articolo (?:continua|prosegue) (?:sotto|dopo)[^.]{0,40}[.]?",
    # cookies
    r"(?:we|this (?:site|website)|our (?:site|website)) uses? (?:third[- ]party )?cookies\b.{0,500}",
    r"(?:questo sito|il sito|noi) (?:usa|utilizza|fa uso di) (?:i )?cookie\b.{0,500}|utilizziamo (?:i )?cookie\b.{0,500}",
    r"(?:accept|accetta|reject|rifiuta)(?: (?:all|tutti|tutto|i|e continua|and continue))*(?: cookies?)?",
    r"(?:gestisci|manage|rivedi|modifica) (?:le |il |your )?(?:preferenze|preferences|cookies?|consenso|consent)",
    r"(?:cookie|privacy)(?: policy| notice| settings)?|informativa (?:sui cookie|sulla privacy|privacy|cookie)",
    # rights and the wire
    r"(?:(?:copyright )?(?:©|\(c\))|copyright (?:\d{4}|by)\b).{0,160}|(?:tutti i diritti riservati|all rights reserved)[.]?",
    r"(?:©|\(c\))?\s?riproduzione (?:riservata|vietata)[.]?\s?(?:©)?(?:\s?copyright .{1,60})?",
    r"our standards: .{0,60}trust principles\.?.{0,40}",
    r"\(?(?:segue|more|continua)\)",
    # a player or a gallery
    r"(?:(?:guarda|watch|play)(?: (?:il|la|the|this))? (?:video|fotogallery|gallery|diretta|live)|video|fotogallery|photo gallery)[:.!…»>]*",
    r"(?:guarda|watch|play)(?: (?:il|la|the|this))? (?:video|fotogallery|gallery)\s?[:|»>–-]\s?.{1,200}",
    # an invitation and the title it leads to
    r"(?:read (?:more|also|next)|related|see also|watch)\s?[:|»>–-]\s?.{1,200}",
    r"(?:leggi (?:anche|tutto)|vedi anche|guarda anche|approfondisci|ti potrebbe interessare|potrebbe interessarti)\s?[:|»>–-]\s?.{1,200}",
)
"""Regular expressions, without regard to case, each for a whole paragraph."""

LONGEST_NOTICE = 600
LONGEST_CAPTION = 200
REPEATED_LETTERS = 40
"""A paragraph with more characters than this that comes again anywhere is the same paragraph again."""

_NOTICE = regex.compile("|".join(f"(?:{n})" for n in NOTICES), regex.IGNORECASE)
_TITLE_AFTER = regex.compile(
    r"(?:LEGGI ANCHE|READ MORE|READ ALSO) .{1,200}|(?:Leggi anche|Read also) [\p{Lu}«“\"'].{0,198}[^.;]"
)
_TRAILER = regex.compile(
    r"\s*(?:(?:©|\([cC]\))\s?(?:RIPRODUZIONE RISERVATA|Riproduzione riservata)|RIPRODUZIONE RISERVATA\s?(?:©\s?)?(?:Copyright [\p{Lu}][\p{L} ]{1,40})?|\((?:segue|Segue|SEGUE)\))\s?\.?$"
)
_TRAILER_LENGTH = 90
_PICTURE = r"(?i:foto|photo|photograph|fotografia|image|immagine|picture)"
_CREDIT_FIRST = regex.compile(
    rf"\(?(?:(?i:file) )?{_PICTURE}(?: (?i:di|by|d'archivio|credit|credits))?\s?[:/]\s?[\p{{Lu}}@©].{{1,200}}"
    rf"|\((?i:foto|photo|immagine) (?i:d'archivio|di repertorio|di archivio)\)[.]?"
    rf"|(?i:video)(?: (?i:di|by))?\s?:\s?{NAME}(?:\s?[/,]\s?[\p{{L}} ]{{2,40}})?"
)
_CREDIT_LAST = regex.compile(
    r"\s*(?:\b(?:Photograph|Photo|PHOTO|Foto|FOTO|Image|Immagine|Picture|Credit)\s?[:/]\s?[\p{Lu}@©][^.!?]{0,80}[.]?"
    rf"|\((?:(?i:file|ap) )?(?:{_PICTURE}|(?i:credit))[ :/][^()]{{2,80}}\)[.]?"
    r"|(?<=[.!?»”\")]\s)(?:Getty Images|Shutterstock|AP Photo|EPA)[.]?)$"
)
_CREDIT_LENGTH = 110
_SIGNED_CAPTION = regex.compile(
    r".{0,500}\((?i:reuters|getty|ansa|epa)\b[^()]{0,80}\)[.]?|.{0,500}\b(?:Getty Images|Shutterstock|AP Photo|EPA)\)?[.]?"
)


def cut_captions(draft: Draft) -> None:
    """Cuts the captions that name who took the picture; of a paragraph too long for a caption only that name.

    The first paragraph of a document without a headline stays, because it may be one.
    """
    first = 0 if draft.headline else 1
    draft.keep([i < first or not is_credited(p) for i, p in enumerate(draft.paragraphs)])
    for index, paragraph in enumerate(draft.paragraphs[first:], first):
        if (credit := _credit(paragraph)) and credit.start() > 0:
            draft.cut_end(index, credit.start())


def cut_notices(draft: Draft) -> None:
    """Cuts the paragraphs that are a notice, and the rights notice at the end of a paragraph."""
    draft.keep([not is_notice(p) for p in draft.paragraphs])
    for index, paragraph in enumerate(draft.paragraphs):
        trailer = _TRAILER.search(paragraph, max(0, len(paragraph) - _TRAILER_LENGTH))
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


def is_credited(paragraph: str) -> bool:
    """Whether the paragraph is the caption of a photograph: it begins or ends with who took it."""
    if len(paragraph) > LONGEST_CAPTION:
        return False
    return bool(_CREDIT_FIRST.fullmatch(paragraph) or _credit(paragraph))


def is_caption(paragraph: str) -> bool:
    """Whether the paragraph may be a caption, also where only an agency ends it as it might end an article."""
    return is_credited(paragraph) or (len(paragraph) <= LONGEST_NOTICE and bool(_SIGNED_CAPTION.fullmatch(paragraph)))


def _credit(paragraph: str) -> regex.Match[str] | None:
    return _CREDIT_LAST.search(paragraph, max(0, len(paragraph) - _CREDIT_LENGTH))
