"""Google Translate's web page through deep-translator: it sends the text away, so it is used only when it is named."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import deep_translator.google
from deep_translator import GoogleTranslator

from babelwire import settings
from babelwire.translation.asking import manners
from babelwire.translation.services import Service, adopt

_CODES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "he": "iw", "nb": "no"}

adopt(deep_translator.google)


class Google(Service):
    """The engine. It needs no key."""

    name = "google"
    label = "Google Translate"
    _address = "https://translate.google.com/m"
    # The page is asked with GET: what counts is the length of the address, in which an accented letter takes six bytes.
    # Addresses were refused from about 16,000 bytes on; deep-translator itself refuses 5,000 characters.
    _most = 4_500

    def _measure(self, text: str) -> int:
        return len(quote(text, errors="replace"))

    def _translator(self, source: str, target: str) -> Any:
        translator = GoogleTranslator(source=_CODES.get(source, source), target=_CODES.get(target, target))
        translator._base_url = self._address
        return translator


def from_settings(chosen: settings.Translation) -> Google:
    """The engine as the settings want it."""
    return Google(**manners(chosen))
