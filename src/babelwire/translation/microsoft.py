"""Microsoft Translator through deep-translator: it needs a key, and sends the text away."""

from __future__ import annotations

import threading
from typing import Any

import deep_translator.microsoft
from deep_translator import MicrosoftTranslator

from babelwire import settings
from babelwire.translation.asking import Down, manners
from babelwire.translation.engine import EngineError
from babelwire.translation.services import Service, adopt

adopt(deep_translator.microsoft)


class Microsoft(Service):
    """The engine.

    Args:
        api_key: of a Translator resource.
        region: of that resource; empty where it is global.

    Raises:
        EngineError: the key is empty.
    """

    name = "microsoft"
    label = "Microsoft Translator"
    _address = "https://api.cognitive.microsofttranslator.com/"
    _key_variable = "BABELWIRE_TRANSLATION__MICROSOFT_API_KEY"
    _to_check = f"{_key_variable}, translation.microsoft_region"
    # A request may have 50,000 characters (learn.microsoft.com, Translator request limits).
    _most = 30_000

    def __init__(self, *, api_key: str, region: str = "", **how: Any) -> None:
        if not api_key:
            raise EngineError(
                f"Microsoft Translator needs a key. Set {self._key_variable}, or choose another translation.engine."
            )
        super().__init__(**how)
        self._api_key = api_key
        self._region = region
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def _translator(self, source: str, target: str) -> Any:
        translator = _Translator(
            known=self._languages(), source=source, target=target, api_key=self._api_key, region=self._region
        )
        translator._base_url = f"{self._address}translate?api-version=3.0"
        return translator

    def _languages(self) -> dict[str, str]:
        with self._lock:
            if not self._known:
                asked = {"api-version": "3.0", "scope": "translation"}
                answer = self._send("GET", f"{self._address}languages", params=asked).json()
                if not isinstance(answer, dict) or not isinstance(answer.get("translation"), dict):
                    raise Down("it does not list its languages")
                self._known = {code: code for code in answer["translation"]}
            return self._known


class _Translator(MicrosoftTranslator):  # type: ignore[misc]
    """deep-translator's, which would ask for the languages again for every text."""

    def __init__(self, *, known: dict[str, str], **how: Any) -> None:
        self._known = known
        super().__init__(**how)

    def _get_supported_languages(self) -> dict[str, str]:
        return self._known


def from_settings(chosen: settings.Translation) -> Microsoft:
    """The engine as the settings want it.

    Raises:
        EngineError: they have no key.
    """
    return Microsoft(
        api_key=chosen.microsoft_api_key.get_secret_value() if chosen.microsoft_api_key else "",
        region=chosen.microsoft_region,
        **manners(chosen),
    )
