"""DeepL through deep-translator: it needs a key, and sends the text away."""

from __future__ import annotations

from typing import Any

import deep_translator.deepl
from deep_translator import DeeplTranslator

from babelwire import settings
from babelwire.translation.asking import Answer, manners
from babelwire.translation.engine import EngineError
from babelwire.translation.services import Service, adopt

_CODES = {"zh-Hans": "zh", "zh-Hant": "zh"}

adopt(deep_translator.deepl)


class DeepL(Service):
    """The engine.

    Args:
        api_key: one that ends in `:fx` belongs to the free service, which has another address.

    Raises:
        EngineError: the key is empty.
    """

    name = "deepl"
    label = "DeepL"
    _key_variable = "BABELWIRE_TRANSLATION__DEEPL_API_KEY"
    # A request may have 128 KiB (developers.deepl.com, usage limits); a form writes a byte as three.
    _most = 30_000

    def __init__(self, *, api_key: str, address: str | None = None, **how: Any) -> None:
        if not api_key:
            raise EngineError(f"DeepL needs a key. Set {self._key_variable}, or choose another translation.engine.")
        self._api_key = api_key
        host = "api-free.deepl.com" if api_key.endswith(":fx") else "api.deepl.com"
        super().__init__(address=address or f"https://{host}/v2/", **how)

    def _translator(self, source: str, target: str) -> Any:
        translator = DeeplTranslator(
            source=_CODES.get(source, source), target=_CODES.get(target, target), api_key=self._api_key
        )
        translator._base_url = self._address
        return translator

    def _send(self, method: str, url: str, **request: Any) -> Answer:  # noqa: ARG002
        # deep-translator asks with GET and the key in the address. DeepL takes neither since January 2026, and an
        # address is written to logs.
        fields = {name: value for name, value in request["params"].items() if name != "auth_key"}
        return super()._send("POST", url, data=fields, headers={"Authorization": f"DeepL-Auth-Key {self._api_key}"})


def from_settings(chosen: settings.Translation) -> DeepL:
    """The engine as the settings want it.

    Raises:
        EngineError: they have no key.
    """
    return DeepL(
        api_key=chosen.deepl_api_key.get_secret_value() if chosen.deepl_api_key else "",
        **manners(chosen),
    )
