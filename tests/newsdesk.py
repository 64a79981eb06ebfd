"""Short articles written for the tests."""

import json

FERRY_EN = """Ferry runs aground off Ponza with 140 passengers aboard

By Clara Winslade

3 March 2025

A ferry carrying 140 passengers ran aground on rocks off the island of Ponza on Monday morning, the coastguard said.

The vessel, the Stella Tirrena, had left Formia at seven and struck the reef of Punta Fieno twenty minutes before its
arrival. Nobody was seriously hurt, but nine people were treated for bruises in the island's clinic.

Captain Ruggero Altavilla told investigators that the rudder had stopped answering. The coastguard of Gaeta sent three
patrol boats and took the passengers ashore by noon.
"""

FERRY_EN_EDITED = FERRY_EN.replace("on Monday morning, the coastguard said", "on Monday morning").replace(
    "nine people", "eleven people"
)

FERRY_IT = """Traghetto finisce sugli scogli davanti a Ponza con 140 passeggeri a bordo

Formia, 3 marzo 2025 (Agenzia Levante) - Un traghetto con 140 passeggeri e' finito sugli scogli davanti all'isola di Ponza
lunedi' mattina, ha comunicato la guardia costiera.

La nave, la Stella Tirrena, era partita da Formia alle sette e ha urtato la secca di Punta Fieno venti minuti prima
dell'arrivo. Nessun ferito grave, ma nove persone sono state medicate nel poliambulatorio dell'isola.

Il comandante Ruggero Altavilla ha detto agli investigatori che il timone non rispondeva piu'. La guardia costiera di Gaeta
ha inviato tre motovedette e ha portato a terra i passeggeri entro mezzogiorno.
"""

LIBRARY_EN = """Village library reopens after four years of repairs

5 March 2025

The library of Hollowmere opened its doors again on Wednesday, four years after a burst pipe flooded the reading room and
ruined eleven thousand books.

Volunteers led by Prudence Oakhanger catalogued what could be saved and raised the money for new shelves with a bakery
stall, a sponsored swim and the sale of a donated piano.
"""

ORCHARD_FR = """Une récolte de cerises perdue à cause du gel

Céret, le 6 mars 2025 - Les vergers de la vallée ont souffert cette nuit d'un gel tardif. Les producteurs parlent d'une perte
de la moitié de la récolte et demandent à la préfecture une aide d'urgence pour les exploitations les plus petites.
"""


def page(headline: str, text: str, *, url: str, published: str, modified: str | None = None) -> str:
    """An article as schema.org JSON."""
    fields = {
        "@type": "NewsArticle",
        "headline": headline,
        "articleBody": text,
        "url": url,
        "datePublished": published,
        "dateModified": modified or published,
        "publisher": {"name": "The Hollowmere Echo"},
    }
    return json.dumps(fields)
