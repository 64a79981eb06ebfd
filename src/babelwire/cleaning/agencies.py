"""News agencies as they sign."""

from __future__ import annotations

_KNOWN = (
    r"ANSA|Ansa|AGI|Agi|Adnkronos|AdnKronos|ADNKRONOS|askanews|Askanews|ASKANEWS|LaPresse|LAPRESSE|Italpress|ITALPRESS"
    r"|DIRE|Dire|NOVA|Nova|Radiocor|RADIOCOR|9Colonne|Reuters|REUTERS|Thomson Reuters Foundation|AP|AFP|PA|UPI|dpa|DPA|EFE"
    r"|TASS|Tass|Xinhua|XINHUA|Bloomberg|BLOOMBERG|Interfax|ANP|APA|Belga|Lusa|Ukrinform|Yonhap|Kyodo"
)
AGENCY = rf"(?:(?:{_KNOWN})(?:[/-](?:{_KNOWN}))?|(?:Agenzia|AGENZIA|Agency|Agence|Agentur|Agencia)\s[\p{{L}} ]{{2,40}})"
"""A pattern for an agency's name, or two joined by a stroke, or any `Agenzia ...`."""
