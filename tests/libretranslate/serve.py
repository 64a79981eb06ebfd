"""Runs the real LibreTranslate server without its models: it says `en: ` before a text and is otherwise as it is.

Takes the options of `libretranslate`, listens on a free port of this machine, prints that port, and ends with its stdin.
A text with `rompe` in it breaks the model.
"""

import os
import sys
import threading
from types import ModuleType, SimpleNamespace
from typing import Any

LANGUAGES = {"en": "English", "it": "Italian"}


class Translation:
    def __init__(self, target: SimpleNamespace) -> None:
        self.to_lang = target

    def hypotheses(self, text: str, count: int) -> list[SimpleNamespace]:
        if "rompe" in text:
            raise RuntimeError("The model is broken.")
        return [SimpleNamespace(value=f"{self.to_lang.code}: {text}", score=0.0)] * count


def installed_languages() -> list[SimpleNamespace]:
    languages = [SimpleNamespace(code=code, name=name) for code, name in LANGUAGES.items()]
    translations = {language.code: Translation(language) for language in languages}
    for language in languages:
        language.translations_from = list(translations.values())
        language.get_translation = lambda target: translations.get(target.code)
    return languages


def stand_in(name: str, **members: Any) -> None:
    module = ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module


def main() -> None:
    stand_in(
        "argostranslate",
        package=SimpleNamespace(get_installed_packages=lambda: [*LANGUAGES]),
        translate=SimpleNamespace(get_installed_languages=installed_languages),
    )
    stand_in("argostranslatefiles", get_supported_formats=list)
    stand_in("argostranslatefiles.translatehtml", translate_html=None)
    stand_in("minisbd", download_models=None)
    from waitress import create_server  # noqa: PLC0415

    from libretranslate import main as libretranslate  # noqa: PLC0415 - it imports what stands in

    sys.argv[0] = "--wsgi"  # then it returns its application and leaves it to others to serve it
    server = create_server(libretranslate(), host="127.0.0.1", port=0)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
