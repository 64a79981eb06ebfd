"""The folder of models, and fetching into it from a folder and from a server of our own on this machine."""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow as pa
import pytest
from filelock import FileLock

from babelwire.translation import model_sources
from babelwire.translation.models import (
    ModelError,
    installed,
    installed_pairs,
    list_models,
    models_folder,
    pull,
    read_model,
)

FILES = {
    "model.iten.intgemm.alphas.bin": bytes(range(256)) * 900,
    "lex.50.50.iten.s2t.bin": b"lexicon" * 300,
    "vocab.iten.spm": b"vocabulary" * 200,
}
MODEL = "model.iten.intgemm.alphas.bin"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def manifest(files=FILES, pair="it-en") -> dict:
    listed = [{"name": name, "size": len(content), "sha256": sha256(content)} for name, content in files.items()]
    return {"pair": pair, "version": "1", "files": listed}


def shelf(root: Path, files=FILES, pair="it-en") -> Path:
    (root / pair).mkdir(parents=True)
    for name, content in files.items():
        (root / pair / name).write_bytes(content)
    (root / pair / "manifest.json").write_text(json.dumps(manifest(files, pair)))
    return root


class Server:
    """Serves `pages` by path. `tricks` maps a path to what it does in place of its answer, once."""

    def __init__(self):
        self.pages, self.tricks, self.ranges, self.asked = {}, {}, [], []
        self.knows_ranges = True
        self.released = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = self.path.partition("?")[0]
                server.asked.append(self.path)
                trick = server.tricks.pop(path, None)
                if isinstance(trick, str) and trick.startswith("http"):
                    self.send_response(302)
                    self.send_header("Location", trick)
                    self.end_headers()
                elif path not in server.pages or isinstance(trick, int):
                    self.send_error(trick or 404)
                else:
                    self.send_page(server.pages[path], trick)

            def send_page(self, page, trick):
                wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                start = int(wanted[1]) if wanted and server.knows_ranges else 0
                server.ranges.append(start)
                self.send_response(206 if start else 200)
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(page) - 1}/{len(page)}")
                self.send_header("Content-Length", str(len(page) - start))
                self.end_headers()
                sent = page[start:]
                self.wfile.write(sent[: len(sent) // 2] if trick in {"cut", "hang"} else sent)
                self.wfile.flush()
                if trick == "hang":
                    server.released.wait(20)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def shelve(self, files=FILES, said=None, pair="it-en"):
        self.pages[f"/{pair}/manifest.json"] = json.dumps(said or manifest(files, pair)).encode()
        self.pages |= {f"/{pair}/{name}": content for name, content in files.items()}


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    server = Server()
    server.shelve()
    yield server
    server.released.set()
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models"


def names(folder: Path) -> set[str]:
    return {path.name for path in (folder / "it-en").iterdir()} - {".lock"}


def test_the_folder_is_the_configured_one_or_in_the_cache_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert models_folder(Path("/shared/models")) == Path("/shared/models")
    assert models_folder() == tmp_path / "cache/babelwire/models"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert models_folder() == tmp_path / ".cache/babelwire/models"


@pytest.mark.parametrize("where", ["web", "folder"])
def test_a_pulled_model_is_whole_and_leaves_no_parts(where, server, folder, tmp_path):
    source = server.address if where == "web" else str(shelf(tmp_path / "other"))
    assert not installed("it-en", folder)
    fetched = pull("it-en", folder, source=source)
    assert fetched.size == sum(map(len, FILES.values()))
    assert names(folder) == {*FILES, "manifest.json"}
    assert installed("it-en", folder)
    assert read_model("it-en", folder) == {
        "model": FILES[MODEL],
        "lex": FILES["lex.50.50.iten.s2t.bin"],
        "vocab": FILES["vocab.iten.spm"],
    }


def test_a_folder_that_was_pulled_into_is_itself_a_source(server, folder, tmp_path):
    pull("it-en", folder, source=server.address)
    assert pull("it-en", tmp_path / "second", source=str(folder)).pair == "it-en"
    assert installed_pairs(tmp_path / "second") == ["it-en"]


def test_progress_tells_the_bytes_of_each_file_up_to_its_size(server, folder):
    told = []
    pull("it-en", folder, source=server.address, on_progress=lambda *step: told.append(step))
    for name, content in FILES.items():
        steps = [done for file, done, size in told if file == name and size == len(content)]
        assert steps[0] == 0
        assert steps[-1] == len(content)
        assert steps == sorted(steps)


@pytest.mark.parametrize("trick", ["cut", "hang"])
def test_what_broke_off_is_finished_from_there(trick, server, folder):
    server.tricks[f"/it-en/{MODEL}"] = trick
    with pytest.raises(ModelError, match="Run the command again"):
        pull("it-en", folder, source=server.address, read_seconds=0.3)
    half = (folder / "it-en" / f"{MODEL}.part").stat().st_size
    assert 0 < half < len(FILES[MODEL])
    assert not installed("it-en", folder)
    server.ranges.clear()
    pull("it-en", folder, source=server.address)
    assert half in server.ranges
    assert read_model("it-en", folder)["model"] == FILES[MODEL]


def test_a_server_without_ranges_sends_the_file_from_its_start(server, folder):
    server.knows_ranges = False
    server.tricks[f"/it-en/{MODEL}"] = "cut"
    with pytest.raises(ModelError):
        pull("it-en", folder, source=server.address)
    pull("it-en", folder, source=server.address)
    assert read_model("it-en", folder)["model"] == FILES[MODEL]


def test_a_refused_range_starts_anew(server, folder):
    (folder / "it-en").mkdir(parents=True)
    (folder / "it-en" / f"{MODEL}.part").write_bytes(b"old")
    server.tricks[f"/it-en/{MODEL}"] = 416
    pull("it-en", folder, source=server.address)
    assert read_model("it-en", folder)["model"] == FILES[MODEL]


def test_wrong_bytes_are_deleted_and_both_digests_named(server, folder):
    wrong = bytes(len(FILES[MODEL]))
    server.pages[f"/it-en/{MODEL}"] = wrong
    with pytest.raises(ModelError) as problem:
        pull("it-en", folder, source=server.address)
    assert all(said in str(problem.value) for said in (MODEL, sha256(wrong), sha256(FILES[MODEL])))
    assert MODEL not in names(folder)
    assert f"{MODEL}.part" not in names(folder)
    assert not installed("it-en", folder)


def test_a_file_longer_than_its_manifest_says_is_not_read_to_its_end(server, folder):
    server.pages[f"/it-en/{MODEL}"] = FILES[MODEL] + bytes(5_000_000)
    seen = []
    with pytest.raises(ModelError, match="not what its manifest says"):
        pull("it-en", folder, source=server.address, on_progress=lambda name, done, size: seen.append(done))
    assert max(seen) < len(FILES[MODEL]) + 200_000
    assert f"{MODEL}.part" not in names(folder)


def test_a_missing_file_or_model_is_named_with_the_status(server, folder):
    del server.pages[f"/it-en/{MODEL}"]
    with pytest.raises(ModelError, match=rf"{MODEL}.*404"):
        pull("it-en", folder, source=server.address)
    with pytest.raises(ModelError, match=r"de-en/manifest\.json.*404"):
        pull("de-en", folder, source=server.address)


def test_a_whole_model_is_neither_fetched_nor_touched_again(server, folder):
    shelf(folder)
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
    pull("it-en", folder, source=server.address)
    assert server.asked == []
    assert {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]} == before


def test_only_the_damaged_file_is_fetched_again(server, folder):
    shelf(folder)
    (folder / "it-en/vocab.iten.spm").write_bytes(b"damaged")
    pull("it-en", folder, source=server.address)
    assert server.asked == ["/it-en/manifest.json", "/it-en/vocab.iten.spm"]
    assert list_models(folder)[0].complete


@pytest.mark.parametrize(
    "name",
    [
        "../model.iten.bin",
        "/model.iten.bin",
        "model.a/b",
        ".model.bin",
        "model.a\\b",
        "manifest.json",
        "model.x\n",
        "a.bin",
    ],
)
def test_a_name_that_could_leave_the_folder_is_refused(name, server, folder):
    said = manifest()
    said["files"][0]["name"] = name
    server.shelve(said=said)
    with pytest.raises(ModelError, match="not valid"):
        pull("it-en", folder, source=server.address)
    assert not folder.exists()


@pytest.mark.parametrize(
    "said",
    [
        b"<html>",
        b"[" * 100_000,
        b"[]",
        b'{"pair": "it-en", "files": []}',
        json.dumps(manifest({MODEL: b"no vocabulary"})).encode(),
        json.dumps(manifest(FILES | {"model.second.bin": b"two models"})).encode(),
        json.dumps(manifest(pair="de-en")).encode(),
        b" " * 9_000_000,
    ],
    ids=["page", "deep", "list", "empty", "no vocab", "two models", "other pair", "large"],
)
def test_a_manifest_that_is_none_is_refused(said, server, folder):
    server.pages["/it-en/manifest.json"] = said
    with pytest.raises(ModelError, match="manifest"):
        pull("it-en", folder, source=server.address)
    assert not folder.exists()


@pytest.mark.parametrize("pair", ["../it-en", "it", "it-en/..", "it-en\n", "IT-EN", ""])
def test_a_pair_is_two_languages(pair, server, folder):
    with pytest.raises(ModelError, match="Write it like it-en"):
        pull(pair, folder, source=server.address)
    assert not folder.exists()


@pytest.mark.parametrize(
    "source", ["http://models.example/x", "ftp://127.0.0.1/x", "file:///etc", "http://127.0.0.1.example/", "http://[x/"]
)
def test_only_https_is_used_beyond_this_machine(source, folder):
    with pytest.raises(ModelError, match="https"):
        pull("it-en", folder, source=source)


def test_a_redirect_to_plain_http_elsewhere_is_not_followed(server, folder):
    server.tricks[f"/it-en/{MODEL}"] = "http://models.example/model"
    with pytest.raises(ModelError, match="only https"):
        pull("it-en", folder, source=server.address)


def test_a_redirect_on_this_machine_is_followed_but_not_for_ever(server, folder):
    server.pages["/moved"] = FILES[MODEL]
    server.tricks[f"/it-en/{MODEL}"] = f"{server.address}/moved"
    pull("it-en", folder, source=server.address)
    assert installed("it-en", folder)


def test_redirects_in_a_circle_end(server, folder, monkeypatch):
    class Circle(dict):
        def pop(self, path, default=None):
            return f"{server.address}/again"

    server.tricks = Circle()
    with pytest.raises(ModelError, match="redirects"):
        pull("it-en", folder, source=server.address)
    assert len(server.asked) < 10


def test_an_unreachable_server_is_named_with_the_way_round(server, folder):
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1.*cannot be reached.*--from"):
        pull("it-en", folder, source=server.address, connect_seconds=1)
    assert not folder.exists()


def test_a_source_folder_that_is_not_there_is_named(folder, tmp_path):
    with pytest.raises(ModelError, match="There is no folder"):
        pull("it-en", folder, source=str(tmp_path / "nowhere"))


def test_a_folder_that_cannot_be_written_is_named_with_the_setting(server, folder):
    folder.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match=r"cannot be written.*translation\.models"):
        pull("it-en", folder, source=server.address)


def test_two_processes_do_not_fetch_one_model_at_once(server, folder):
    (folder / "it-en").mkdir(parents=True)
    with FileLock(folder / "it-en/.lock"), pytest.raises(ModelError, match="Another process"):
        pull("it-en", folder, source=server.address)
    pull("it-en", folder, source=server.address)
    assert installed("it-en", folder)


@pytest.mark.parametrize("content", [b"", b"vocabulary", b"Vocabulary" + b"vocabulary" * 199, b"vocabulary" * 201])
def test_a_damaged_file_is_named_when_it_is_read(content, folder):
    (shelf(folder) / "it-en/vocab.iten.spm").write_bytes(content)
    with pytest.raises(ModelError, match=r"vocab\.iten\.spm is damaged.*pull it-en"):
        read_model("it-en", folder)


def test_a_missing_file_and_a_missing_model_are_named(folder):
    with pytest.raises(ModelError, match=r"No model of it-en.*pull it-en"):
        read_model("it-en", folder)
    (shelf(folder) / "it-en/vocab.iten.spm").unlink()
    with pytest.raises(ModelError, match=r"vocab\.iten\.spm cannot be read"):
        read_model("it-en", folder)


def test_the_list_tells_what_is_whole_and_what_is_not(folder):
    assert list_models(folder) == []
    shelf(folder, pair="es-en")
    shelf(folder)
    (folder / "it-en" / MODEL).write_bytes(bytes(len(FILES[MODEL])))
    (folder / "de-en").mkdir()
    (folder / "de-en/model.deen.bin.part").write_bytes(b"begun")
    (folder / "not a pair").mkdir()
    german, spanish, italian = list_models(folder)
    assert (german.pair, german.complete, german.files) == ("de-en", False, ())
    assert (spanish.pair, spanish.complete, spanish.version) == ("es-en", True, "1")
    assert spanish.size == sum(map(len, FILES.values()))
    assert sorted(spanish.files) == sorted(FILES)
    assert (italian.pair, italian.complete) == ("it-en", False)
    assert f"{MODEL} is damaged" in italian.problem


def catalogue(files=FILES, **other) -> list[dict]:
    return [
        {
            "name": name,
            "fileType": name.partition(".")[0],
            "sourceLanguage": "it",
            "targetLanguage": "en",
            "version": "3.0",
            "architecture": "tiny",
            "filter_expression": "",
            "decompressedSize": len(content),
            "decompressedHash": sha256(content),
            "attachment": {"location": f"packed/{name}.zst", "size": len(zstd(content)), "hash": sha256(zstd(content))},
        }
        | other
        for name, content in files.items()
    ]


def zstd(content: bytes) -> bytes:
    return pa.compress(content, codec="zstd", asbytes=True)


@pytest.fixture
def mozilla(server, monkeypatch):
    monkeypatch.setattr(model_sources, "MOZILLA", f"{server.address}/records")
    monkeypatch.setattr(model_sources, "MOZILLA_FILES", server.address)
    server.pages |= {f"/packed/{name}.zst": zstd(content) for name, content in FILES.items()}
    server.records = lambda records: server.pages.update({"/records": json.dumps({"data": records}).encode()})
    return server


def test_mozillas_packed_files_are_verified_and_unpacked(mozilla, folder):
    mozilla.records(catalogue())
    assert pull("it-en", folder).version == "3.0 tiny"
    assert "/records?sourceLanguage=it&targetLanguage=en" in mozilla.asked
    assert names(folder) == {*FILES, "manifest.json"}
    assert read_model("it-en", folder)["model"] == FILES[MODEL]


def test_the_newest_and_largest_complete_model_for_everyone_is_taken(mozilla, folder):
    mozilla.records(
        [
            *catalogue(version="3.0", architecture="base"),
            *catalogue(version="3.10", architecture="base-memory"),
            *catalogue(version="3.10", architecture="tiny"),
            *catalogue(version="3.9", architecture="base"),
            *catalogue(version="3.11", architecture="base", filter_expression="env.appinfo.OS == 'Android'"),
            *catalogue(version="3.12")[:1],
            *catalogue(version="4.0"),
            *catalogue(version="3.20a1"),
            *catalogue(version="3.30", sourceLanguage="fr"),
            {"name": "a record of another kind"},
            "no record",
        ]
    )
    assert pull("it-en", folder).version == "3.10 base-memory"


def test_a_pair_mozilla_does_not_have_is_said(mozilla, folder):
    mozilla.records([])
    with pytest.raises(ModelError, match="no model from it to en"):
        pull("it-en", folder)
    mozilla.pages["/records"] = b"<html>"
    with pytest.raises(ModelError, match="catalogue of models cannot be read"):
        pull("it-en", folder)


@pytest.mark.parametrize(
    "packed", [b"no zstd at all", zstd(b"another text"), zstd(FILES[MODEL])[:-20], zstd(bytes(1 << 24))]
)
def test_what_unpacks_to_something_else_is_refused(packed, mozilla, folder):
    mozilla.pages[f"/packed/{MODEL}.zst"] = packed
    records = catalogue()
    records[0]["attachment"] |= {"size": len(packed), "hash": sha256(packed)}
    mozilla.records(records)
    with pytest.raises(ModelError, match=rf"{MODEL} is not what its manifest says"):
        pull("it-en", folder)
    assert not installed("it-en", folder)
    assert MODEL not in names(folder)
