"""docker-compose.yml, .env.example and the Dockerfile, each check shown to find what it is there to find."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dask.config
import distributed  # noqa: F401 - its settings
import pytest
import yaml
from prefect.settings.legacy import _get_valid_setting_names
from prefect.settings.models.root import Settings as PrefectSettings

from babelwire.errors import UsageError
from babelwire.section import Section
from babelwire.settings import Settings, load_settings
from babelwire.translation.engine import NAMES
from database import programs
from deployment.composed import COMPOSE, ROOT, compose, copied, example_environment, steps, variables

SECRETS = {"BABELWIRE_AUTH": "editor:something", "POSTGRES_PASSWORD": "something"}
PROGRAMS = Path(sys.executable).parent
IMAGE_STEPS = (ROOT / "scripts" / "build-image.sh").read_text("utf-8")
Composed = dict[str, Any]


def filled() -> Composed:
    return compose(example_environment() | SECRETS)


def valid(composed: Composed, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "composed.yml"
    file.write_text(yaml.safe_dump(composed), "utf-8")
    check = [PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file]
    return subprocess.run(check, capture_output=True, text=True, check=False, timeout=60)


def ours(composed: Composed) -> Iterator[tuple[str, Composed]]:
    """The services that run our image."""
    return ((name, each) for name, each in composed["services"].items() if each["image"].startswith("babelwire:"))


def programs_that_do_not_exist(composed: Composed) -> Iterator[str]:
    in_the_image = {target for _, target in copied()}
    for _, service in ours(composed):
        for program, *arguments in (service["command"], service.get("healthcheck", {}).get("test", ["CMD", "sh"])[1:]):
            if not shutil.which(program, path=f"{PROGRAMS}:/bin"):
                yield program
            if program == "sh":
                yield from (script for script in arguments if script not in in_the_image)


def options_that_dask_does_not_have(composed: Composed) -> Iterator[str]:
    for _, service in ours(composed):
        program, command, *arguments = service["command"]
        if program == "dask":
            helped = subprocess.run(
                [PROGRAMS / program, command, "--help"], capture_output=True, text=True, check=True, timeout=60
            )
            known = set(re.findall(r"--[a-z-]+", helped.stdout))
            yield from (each for each in arguments if each.startswith("--") and each not in known)


def images_without_a_version(composed: Composed) -> Iterator[str]:
    for service in composed["services"].values():
        if not re.search(r":v?\d+\.\d+(\.\d+)?(-[a-z]+)?$", service["image"]):
            yield service["image"]


def undeclared(composed: Composed) -> Iterator[str]:
    for kind in ("volumes", "networks"):
        used = {name for service in composed["services"].values() for name in named(service, kind)}
        yield from used ^ composed[kind].keys()


def named(service: Composed, kind: str) -> Iterator[str]:
    for each in service.get(kind, []):
        if isinstance(each, str):
            yield each.split(":")[0]


def waits_for_nothing(composed: Composed) -> Iterator[str]:
    for name, service in composed["services"].items():
        for other, how in service.get("depends_on", {}).items():
            awaited = composed["services"].get(other, {})
            if how["condition"] == "service_healthy" and "healthcheck" not in awaited:
                yield f"{name}: {other}"
            if how["condition"] == "service_completed_successfully" and awaited["restart"] == "unless-stopped":
                yield f"{name}: {other}"


def folders_of_this_machine_that_are_not_there(composed: Composed) -> Iterator[str]:
    for _, service in ours(composed):
        for each in service.get("volumes", []):
            if isinstance(each, dict):
                # The folder of articles is the operator's.
                if each["source"] != "./in" and not (ROOT / each["source"]).exists():
                    yield each["source"]
                if each["bind"]["create_host_path"] or not each["read_only"]:
                    yield f"{each['source']} is made or written"


def volumes_of_root(composed: Composed) -> Iterator[str]:
    """A named volume begins with the owner of the image's folder, which the image has to have."""
    line = re.search(r"for folder in (.*); do", IMAGE_STEPS)
    assert line is not None
    for _, service in ours(composed):
        for each in service.get("volumes", []):
            if isinstance(each, str) and each.split(":")[1] not in line[1].split():
                yield each


def written_where_it_cannot_be(composed: Composed) -> Iterator[str]:
    """PREFECT_HOME and the like below a folder that is in memory or a volume."""
    for name, service in ours(composed):
        kept = [each.split(":")[1] for each in service.get("volumes", []) if isinstance(each, str)]
        for variable, value in service.get("environment", {}).items():
            path = re.sub(r"^sqlite:///", "", value)
            if path.startswith("/") and not any(
                Path(path).is_relative_to(each) for each in kept + service.get("tmpfs", [])
            ):
                yield f"{name}: {variable}"


def may_do_too_much(composed: Composed) -> Iterator[str]:
    for name, service in composed["services"].items():
        if service.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in service.get("security_opt", []):
            yield name
        if not service.get("read_only") and name != "libretranslate":
            yield f"{name} is written"
        yield from (port for port in service.get("ports", []) if not port.startswith("127.0.0.1:"))


def variables_that_nobody_reads(composed: Composed) -> Iterator[str]:
    of_prefect = _get_valid_setting_names(PrefectSettings)
    for _, service in ours(composed):
        for name in service.get("environment", {}):
            if name.startswith("BABELWIRE_"):
                if not is_setting(name.removeprefix("BABELWIRE_").lower().split("__")):
                    yield name
            elif name.startswith("DASK_"):
                if dask.config.get(name.removeprefix("DASK_").lower().replace("__", "."), ...) is ...:
                    yield name
            elif name not in {*of_prefect, "TMPDIR"}:
                yield name


def is_setting(path: list[str]) -> bool:
    section: type[Settings] | type[Section] = Settings
    for part in path:
        field = section.model_fields.get(part)
        if field is None:
            return False
        kind = field.annotation
        section = kind if isinstance(kind, type) and issubclass(kind, Section) else Section
    return True


def change(*path: str | int, to: Any) -> Callable[[Composed], None]:
    def apply(composed: Composed) -> None:
        *way, last = path
        place: Any = composed
        for each in way:
            place = place[each]
        place[last] = to

    return apply


FINDS = [
    (programs_that_do_not_exist, change("services", "worker", "command", 0, to="prefectt")),
    (programs_that_do_not_exist, change("services", "setup", "command", 1, to="scripts/check-image.sh")),
    (programs_that_do_not_exist, change("services", "server", "healthcheck", "test", 1, to="curl-not-there")),
    (options_that_dask_does_not_have, change("services", "dask", "command", 2, to="--hosts")),
    (images_without_a_version, change("services", "postgres", "image", to="postgres:latest")),
    (images_without_a_version, change("services", "libretranslate", "image", to="libretranslate/libretranslate")),
    (undeclared, change("services", "postgres", "volumes", 0, to="other:/var/lib/postgresql/data")),
    (undeclared, change("networks", "third", to={})),
    (waits_for_nothing, change("services", "server", "depends_on", to={"setup": {"condition": "service_healthy"}})),
    (waits_for_nothing, change("services", "setup", "restart", to="unless-stopped")),
    (folders_of_this_machine_that_are_not_there, change("services", "worker", "volumes", 5, "source", to="./etc")),
    (folders_of_this_machine_that_are_not_there, change("services", "worker", "volumes", 4, "read_only", to=False)),
    (volumes_of_root, change("services", "worker", "volumes", 0, to="lake:/lake")),
    (written_where_it_cannot_be, change("services", "worker", "environment", "PREFECT_HOME", to="/srv/prefect")),
    (written_where_it_cannot_be, change("services", "server", "tmpfs", to=[])),
    (may_do_too_much, change("services", "worker", "cap_drop", to=[])),
    (may_do_too_much, change("services", "postgres", "read_only", to=False)),
    (may_do_too_much, change("services", "server", "ports", to=["4200:4200"])),
    (variables_that_nobody_reads, change("services", "worker", "environment", "BABELWIRE_ENGINE", to="auto")),
    (variables_that_nobody_reads, change("services", "server", "environment", "PREFECT_SERVER_DB_HOST", to="postgres")),
    (variables_that_nobody_reads, change("services", "dask", "environment", "DASK_SCHEDULER__TIMEOUT", to="15m")),
]


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _ in FINDS), ids=lambda check: check.__name__)
def test_there_are_no(check):
    assert list(check(filled())) == []


@pytest.mark.parametrize(("check", "broken"), FINDS)
def test_a_check_finds_what_it_is_for(check, broken):
    composed = filled()
    broken(composed)
    assert list(check(composed)) != []


def test_the_file_is_what_the_compose_specification_says(tmp_path):
    assert valid(filled(), tmp_path).returncode == 0
    unfilled = yaml.safe_load(COMPOSE.read_text("utf-8"))
    assert valid(unfilled, tmp_path).returncode == 0


@pytest.mark.parametrize(
    "broken",
    [
        change("services", "worker", "restarts", to="always"),
        change("services", "server", "depends_on", "postgres", "condition", to="service_well"),
        change("services", "postgres", "tmpfs", to={"/tmp": True}),
    ],
)
def test_a_file_that_is_not_is_refused(broken, tmp_path):
    composed = filled()
    broken(composed)
    assert valid(composed, tmp_path).returncode == 1


@pytest.mark.parametrize("missing", SECRETS)
def test_nothing_starts_without_its_secrets_which_have_no_default(missing):
    with pytest.raises(ValueError, match=f"copy .env.example to .env and set {missing}"):
        compose(example_environment() | SECRETS | {missing: ""})
    assert example_environment()[missing] == ""
    assert not any(how == "-" for how, _ in variables()[missing])


def test_secrets_are_only_variables():
    loaded = yaml.safe_load(COMPOSE.read_text("utf-8"))
    hidden = re.compile("PASSWORD|AUTH|SECRET|KEY|TOKEN")
    found = {
        value
        for service in loaded["services"].values()
        for name, value in service.get("environment", {}).items()
        if hidden.search(name)
    }
    assert found
    assert all(value.startswith("${") for value in found)


def test_the_example_of_an_environment_names_every_variable_with_the_same_default():
    assert example_environment().keys() == variables().keys()
    for name, uses in variables().items():
        assert {rest for how, rest in uses if how == "-"} <= {example_environment()[name]}


def settings_of(service: Composed, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, value)
    return load_settings(ROOT / "configs" / "nightly.yaml")


@pytest.mark.parametrize("name", ["worker", "dask-worker"])
def test_the_settings_of_a_worker_are_valid(name, monkeypatch):
    chosen = settings_of(filled()["services"][name], monkeypatch)
    engines = chosen.translation.engine.split(",")
    assert engines == ["libretranslate", "apertium"]
    assert set(engines) <= set(NAMES)
    assert chosen.translation.libretranslate.url == "http://libretranslate:5000"
    assert chosen.nightly.lake == Path("/srv/babelwire/lake")


def test_a_wrong_setting_would_be_noticed(monkeypatch):
    service = {"environment": {"BABELWIRE_TRANSLATION__ENGINES": "auto"}}
    with pytest.raises(UsageError, match=r"there is no key `translation\.engines`"):
        settings_of(service, monkeypatch)


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a file from the builder: it lets through what it names with an exclamation mark."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "*"
    return not any(Path(path).is_relative_to(line[1:]) for line in lines if line.startswith("!"))


def test_the_image_copies_files_that_are_there_and_that_the_builder_sees():
    sources = [source for source, _ in copied()]
    assert {"src", "configs", "pipelines", "prefect.yaml", "requirements.image.lock"} <= set(sources)
    assert [source for source in sources if not (ROOT / source).exists() or ignored(source)] == []
    assert ignored("tests/deployment")
    assert ignored(".env")


def test_the_image_runs_scripts_that_it_has_copied_before_and_ends_as_a_user_without_rights():
    there: set[str] = set()
    for step, words in steps():
        if step == "COPY":
            there |= set(words[:-1])
        if step == "RUN":
            assert words[1] in there
            assert f"{words[2]}()" in IMAGE_STEPS
    (user,) = [words for step, words in steps() if step == "USER"]
    assert user == ["babelwire"]
    assert re.search(r"useradd --uid 10001 .* babelwire$", IMAGE_STEPS, re.MULTILINE)


def test_the_image_of_the_dockerfile_is_pinned_and_named_after_the_version():
    (base,) = [words for step, words in steps() if step == "FROM"]
    assert re.fullmatch(r"debian:12\.\d+-slim", base[0])
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {each["image"] for _, each in ours(filled())} == {f"babelwire:{version}"}


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is missing. Run: sh scripts/install-postgresql.sh")
def test_the_health_check_of_the_database_is_a_program_of_postgresql():
    _, program, *_ = filled()["services"]["postgres"]["healthcheck"]["test"]
    assert (programs() / program).is_file()


def pins(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def test_the_image_has_the_versions_that_the_tests_have():
    image, tested = pins("requirements.image.lock"), pins("requirements.lock")
    assert len(image) > 100
    assert {name: versions for name, versions in image.items() if not versions <= tested.get(name, set())} == {}


def test_the_image_has_what_the_project_needs_and_what_builds_it_and_nothing_of_the_tests():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["s3"], *extras["dask"], *extras["postgres"], "hatchling"]
    names = {re.match(r"[a-z0-9-]+", each.lower())[0] for each in wanted}
    image = pins("requirements.image.lock")
    assert sorted(names - image.keys()) == []
    assert not {"pytest", "mypy", "ruff", "moto"} & image.keys()
