"""The LibreTranslate client against the real server, without its models, and the server of our own beside it."""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from babelwire.errors import TryLater
from babelwire.translation.engine import EngineError
from babelwire.translation.libretranslate import LibreTranslate
from translation.stub_server import Stub

CHECKOUT = Path(__file__).parents[2]
BIN = CHECKOUT / ".venv-libretranslate" / "bin"
SERVER = CHECKOUT / "tests" / "libretranslate" / "serve.py"
KEY = "s3cret-k3y"
KEYS = ("--api-keys", "--api-keys-db-path", "keys.db")

Start = Callable[..., str]


@pytest.fixture
def start(tmp_path) -> Iterator[Start]:
    """Starts a server with these options in a folder of its own and gives its address. KEY is good for 60 characters."""
    if not (BIN / "libretranslate").exists():
        pytest.fail("The server for these tests is not installed. Run: make libretranslate")
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    servers: list[subprocess.Popen[str]] = []

    def _start(*options: str) -> str:
        with (tmp_path / "log").open("a") as log:
            servers.append(
                subprocess.Popen(
                    [BIN / "python", SERVER, "--disable-files-translation", *options],
                    cwd=tmp_path,
                    env=surroundings,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
            )
        port = servers[-1].stdout.readline().strip()
        assert port, (tmp_path / "log").read_text()
        if "--api-keys" in options:
            with closing(sqlite3.connect(tmp_path / "keys.db")) as keys, keys:
                keys.execute("INSERT INTO api_keys VALUES (?, ?, ?)", (KEY, 1000, 60))
        return f"http://127.0.0.1:{port}"

    yield _start
    for server in servers:
        server.kill()
        server.communicate()


def engine_at(url: str, **how: Any) -> LibreTranslate:
    return LibreTranslate(url=url, **({"timeout_seconds": 20, "attempts": 1, "most_wait_seconds": 0} | how))


def english(engine: LibreTranslate, *texts: str) -> list[str | None]:
    return [result and result.text for result in engine.translate(texts, "it", "en")]


def numbered(count: int) -> list[str]:
    return [f"frase numero {i}" for i in range(count)]


def marked(texts: list[str]) -> list[str]:
    return [f"en: {text}" for text in texts]


def test_many_segments_come_back_in_order_and_white_space_stays(start):
    engine = engine_at(start())
    assert english(engine, *numbered(120), "...", " sì \n") == [*marked(numbered(120)), "...", " en: sì \n"]
    assert engine.can("it-CH", "en-GB")
    assert not engine.can("fr", "en")


def test_the_limits_of_texts_and_of_characters_are_kept(start):
    engine = engine_at(start("--batch-limit", "10", "--char-limit", "100"))
    long = "una frase molto più lunga " * 20
    *short, cut = english(engine, *numbered(40), long)
    assert short == marked(numbered(40))
    assert cut.count("en: ") > 5
    assert cut.replace("en: ", "") == long


def test_a_segment_that_breaks_the_model_fails_alone(start):
    engine = engine_at(start())
    texts = [*numbered(9), "questa rompe tutto", "questa no"]
    assert english(engine, *texts) == [*marked(numbered(9)), None, "en: questa no"]


@pytest.mark.parametrize("wants", [["--under-attack"], ["--require-api-key-origin", "https://example.org"]])
def test_a_server_that_wants_a_key_gets_it_or_the_operator_hears_of_it(start, wants):
    url = start(*KEYS, *wants)
    assert english(engine_at(url, api_key=KEY), *numbered(40)) == marked(numbered(40))
    for without in (engine_at(url), engine_at(url, api_key="yesterday's")):
        with pytest.raises(EngineError, match="BABELWIRE_TRANSLATION__LIBRETRANSLATE__API_KEY"):
            english(without, *numbered(40))


def test_a_segment_longer_than_the_key_allows_fails_alone(start):
    url = start(*KEYS)
    assert english(engine_at(url, api_key=KEY), "a" * 70, *numbered(5)) == [None, *marked(numbered(5))]


def test_more_requests_than_the_server_allows_are_for_the_next_run(start):
    engine = engine_at(start("--req-limit", "1"), attempts=2)
    assert english(engine, "uno") == ["en: uno"]
    with pytest.raises(TryLater) as problem:
        english(engine, "due")
    assert problem.value.reason_code == "translator_busy"


def test_a_server_below_a_path_is_found_there_and_nowhere_else(start):
    url = start("--url-prefix", "/translator")
    assert english(engine_at(f"{url}/translator"), "uno") == ["en: uno"]
    with pytest.raises(TryLater, match="status 301"):
        english(engine_at(url), "uno")


def test_the_server_of_our_own_answers_as_the_real_one(start):
    real = start(*KEYS, "--under-attack", "--batch-limit", "5", "--char-limit", "60")
    stub = Stub(
        english=lambda text: f"en: {text}", limits={"batchLimit": 5, "charLimit": 60}, key=KEY, broken_by="rompe"
    )

    def said(url: str, q: list[str], **key: str) -> tuple[int, Any]:
        body = {"q": q, "source": "it", "target": "en", "format": "text", **key}
        answer = httpx.post(f"{url}/translate", json=body, trust_env=False)
        content = answer.json()
        return answer.status_code, content if answer.is_success else {name: type(content[name]) for name in content}

    try:
        for q, key in (
            (["uno"], {"api_key": KEY}),
            (numbered(3), {"api_key": KEY}),
            (["uno"], {}),
            (["uno"], {"api_key": "yesterday's"}),
            (numbered(6), {"api_key": KEY}),
            (["a" * 61], {"api_key": KEY}),
            (["uno", "questa rompe"], {"api_key": KEY}),
        ):
            assert said(stub.url, q, **key) == said(real, q, **key)
        for path in ("/languages", "/frontend/settings"):
            ours, theirs = (httpx.get(url + path, trust_env=False).json() for url in (stub.url, real))
            if path == "/languages":
                ours, theirs = ours[0], theirs[0]
            assert {name: type(ours[name]) for name in ours}.items() <= {n: type(theirs[n]) for n in theirs}.items()
        limit = [httpx.get(f"{url}/frontend/settings", trust_env=False).json()["charLimit"] for url in (stub.url, real)]
        assert limit == [60, 60]
    finally:
        stub.close()
