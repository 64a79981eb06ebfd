"""Invented articles for the tests of stories."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from babelwire.frames import make_frame
from babelwire.settings import Stories
from babelwire.stories import Fingerprint

SETTINGS = Stories(window_days=7, near_duplicate=0.5, overlap=0.35)
NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)

FERRY = """The ferry Stella Bruna ran aground on Tuesday off the village of Tarvella with 214 passengers on board. The
coastguard of Lomasca sent six boats and a helicopter, and everybody was ashore by nightfall. Captain Renzo Baldacci
said a pump had failed and the engine room had flooded within minutes. The port authority has opened an inquiry, led by
the magistrate Ilaria Fontebuona. Divers found a crack of 11 metres in the hull near the stern. The shipping company
Navalia promised every passenger a refund and a night in a hotel in Lomasca."""

FERRY_ELSEWHERE = """All 214 passengers of a ferry were rescued after the Stella Bruna hit rocks near Tarvella. Boats of the
Lomasca coastguard took them to the harbour, where a hotel gave them beds. According to Renzo Baldacci, the captain, a
pump failed and water entered the engine room. Ilaria Fontebuona, a magistrate, leads the inquiry, and divers have looked
at a crack in the hull that is 11 metres long. Navalia, the company that owns the ferry, said it would pay refunds."""

THEFT_IN_ORLEA = """Thieves broke into a jeweller's shop in Orlea on Monday night and left with watches worth 120,000 euros. The
owner, Prisca Vantini, found the window smashed at seven in the morning. Police are looking at the pictures of 14 cameras
in Via Lanari. Inspector Guido Saltamerenda said that two men on a scooter had been seen near the shop."""

THEFT_IN_BRASCO = """Thieves broke into a jeweller's shop in Brasco on Thursday night and left with rings worth 85,000 euros. The
owner, Tullio Ambrogetti, found the door forced at six in the morning. Police are looking at the pictures of 31 cameras
in Corso Meridiana. Inspector Norma Quadrelli said that three men in a van had been seen near the shop."""

ORCHARD = """Growers in the valley of Sint expect the best apple harvest for twenty years. A mild spring and a wet June have
filled the orchards of Pomarolo, says Henrike Aldenhoven of the farmers' union, and the cold stores are being enlarged."""


def article(article_id: str, text: str = FERRY, **columns: Any) -> dict[str, Any]:
    """An article in English, published at noon; `hours` moves it."""
    made = {
        "article_id": article_id,
        "headline": None,
        "text": text,
        "language": "en",
        "source": "",
        "published_at": NOON + timedelta(hours=columns.pop("hours", 0)),
        "published_from": "metadata",
        "content_hash": hashlib.sha256(text.encode()).hexdigest(),
        "word_count": len(text.split()),
        "entities": [],
    }
    english = {"headline_en": made["headline"], "text_en": columns.get("text_en", text)}
    return {**made, **english, **columns}


def fingerprinted(*articles: dict[str, Any], settings: Stories | None = None) -> pd.DataFrame:
    """The articles as a frame that went through the fingerprint stage."""
    columns = articles[0] if articles else article("none")
    return Fingerprint(settings)(make_frame({c: [a[c] for a in articles] for c in columns}))
