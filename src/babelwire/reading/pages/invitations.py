"""Lines between the paragraphs of a page that invite the reader to another page, an account or a channel."""

from __future__ import annotations

import re

_LONGEST = 300
_ALSO = (
    r"leggi anche|da leggere|per approfondire|read (?:more|also|next)|also read|see also|more on this|related|don['’]t miss|recommended|"
    r"lea (?:también|además)|lee (?:también|además)|le puede interesar|te puede interesar|te recomendamos|mira también|"
    r"leia (?:também|mais)|veja também|(?:à|a) lire aussi|lire aussi|voir aussi|lesen sie (?:auch|hier)|mehr zum thema|"
    r"auch interessant|lees ook|les også|läs också|zobacz też|czytaj (?:też|także|więcej)"
)
_JOIN = (
    r"follow (?:us|me|him|her|them)\b|follow [^.]{2,60} on (?:x|twitter|facebook|instagram|telegram|whatsapp|linkedin|youtube)\b|"
    r"s[ií]guenos|siga-nos|suivez-nous|folgen sie uns|seguici|subscribe (?:to|now|today|here)\b|sign up (?:for|to|here|now)\b|"
    r"iscriviti (?:a|al|alla|alle|qui)\b|abbonati (?:a|al|alla|qui|ora)\b|suscríbete|inscrivez-vous|abonnez-vous|jetzt abonnieren|"
    r"click here (?:to|for)\b|clicca qui per|get (?:the latest|our|breaking)\b[^.]{0,80}(?:inbox|newsletter|alerts?|app)\b|"
    r"download (?:the|our) [^.]{0,60}\bapps?\b|scarica (?:la nostra |l['’])app\b|join our [^.]{0,60}(?:channel|group|newsletter)|have a tip\?"
)
_INVITATION = re.compile(rf"\W{{0,4}}(?:(?:{_ALSO})\s*(?:[:|»>.…–-].*|$)|(?:{_JOIN}).*)", re.IGNORECASE)


def without_invitations(paragraphs: list[str]) -> list[str]:
    """The paragraphs but those that are nothing else than an invitation."""
    return [each for each in paragraphs if len(each) > _LONGEST or not _INVITATION.fullmatch(each)]
