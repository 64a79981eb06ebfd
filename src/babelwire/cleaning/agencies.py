"""News agencies as they sign."""

from __future__ import annotations

# Of two names that begin alike the longer comes first.
_KNOWN = (
    r"ANSAmed|ANSA|Ansa|AGI|Agi|Adnkronos|AdnKronos|ADNKRONOS|Adn Kronos|ADN KRONOS|askanews|Askanews|ASKANEWS|TMNews"
    r"|LaPresse|LAPRESSE|Italpress|ITALPRESS|DIRE|Dire|NOVA|Nova|9Colonne|9colonne|9COLONNE|MF-DJ|MF-Dow Jones"
    r"|(?:Il Sole 24 Ore )?(?:Radiocor|RADIOCOR)(?: Plus| PLUS)?|Public Policy|Teleborsa|TELEBORSA|Europa Press"
    r"|Thomson Reuters Foundation|Reuters|REUTERS|(?:The )?Associated Press|AP|AFP|PA Media|PA|UPI|dpa|DPA|EFE"
    r"|TASS|Tass|RIA Novosti|Xinhua|XINHUA|Bloomberg|BLOOMBERG|Interfax|ANP|APA|Belga|Lusa|Ukrinform|Yonhap|Kyodo"
    r"|Anadolu|AAP|The Canadian Press|Ritzau|Dow Jones"
)
AGENCY = rf"(?:(?:{_KNOWN})(?:[/-](?:{_KNOWN}))?|(?:Agenzia|AGENZIA|Agency|Agence|Agentur|Agencia)\s[\p{{L}} ]{{2,40}})"
"""A pattern for an agency's name, or two joined by a stroke, or any `Agenzia ...`."""
