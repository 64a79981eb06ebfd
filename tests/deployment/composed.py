"""docker-compose.yml, the Dockerfile and their neighbours as the tests read them."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<how>[-?])(?P<rest>[^}]*))?\}")


def example_environment() -> dict[str, str]:
    """What .env.example gives."""
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def compose(environment: Mapping[str, str]) -> dict[str, Any]:
    """The file with its variables filled in, as `docker compose config` gives it.

    Raises:
        ValueError: a variable that has to be set is not; the message is the file's.
    """

    def value(found: re.Match[str]) -> str:
        given = environment.get(found["name"], "")
        if given or not found["how"]:
            return given
        if found["how"] == "?":
            raise ValueError(found["rest"])
        return found["rest"]

    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    filled: dict[str, Any] = _each_text(loaded, lambda text: _VARIABLE.sub(value, text))
    return filled


def variables() -> dict[str, list[tuple[str | None, str | None]]]:
    """Each variable of the file, and how it is written each time: `-` with a default, `?` with a complaint, or neither."""
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    for each in _VARIABLE.finditer(COMPOSE.read_text("utf-8")):
        found.setdefault(each["name"], []).append((each["how"], each["rest"]))
    return found


def steps() -> list[tuple[str, list[str]]]:
    """The lines of the Dockerfile: the instruction and its words."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], shlex.split(line)[1:]) for line in lines]


def copied() -> Iterator[tuple[str, str]]:
    """What the Dockerfile copies from the checkout, and where below its WORKDIR it lies then."""
    for step, words in steps():
        if step == "COPY":
            *sources, target = words
            for source in sources:
                yield source, f"{target}{Path(source).name}" if target.endswith("/") else target


def _each_text(content: Any, change: Any) -> Any:
    if isinstance(content, dict):
        return {key: _each_text(value, change) for key, value in content.items()}
    if isinstance(content, list):
        return [_each_text(value, change) for value in content]
    return change(content) if isinstance(content, str) else content
