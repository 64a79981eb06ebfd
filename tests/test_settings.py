import os
import pickle
from datetime import date

import pytest
import yaml

from babelwire.errors import UsageError
from babelwire.nightly.settings import Email, Nightly, Source, dated, is_dated
from babelwire.settings import Settings, configs_folder, load_settings


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in [n for n in os.environ if n.startswith("BABELWIRE_")]:
        monkeypatch.delenv(name)


def written(tmp_path, text):
    file = tmp_path / "my.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_default_file_says_what_the_defaults_are():
    assert load_settings() == Settings.model_construct(**dict(Settings()))


def test_the_default_file_names_every_key_but_those_of_a_night():
    named = yaml.safe_load((configs_folder() / "default.yaml").read_text("utf-8"))
    assert named.keys() == Settings.model_fields.keys() - {"nightly"}
    for section, keys in named.items():
        if isinstance(keys, dict):
            assert keys.keys() == Settings.model_fields[section].annotation.model_fields.keys()


def test_the_nightly_file_names_every_key_of_a_night_with_its_default():
    file = configs_folder() / "nightly.yaml"
    named = yaml.safe_load(file.read_text("utf-8"))
    assert named.keys() == {"nightly"}
    assert named["nightly"].keys() == Nightly.model_fields.keys()
    for section in ("thresholds", "silent_source", "alerts"):
        assert named["nightly"][section].keys() == Nightly.model_fields[section].annotation.model_fields.keys()
    assert named["nightly"]["alerts"]["email"].keys() == Email.model_fields.keys()
    assert named["nightly"]["sources"][0].keys() == Source.model_fields.keys()
    night = load_settings(file).nightly
    assert night.model_copy(update={"lake": None, "sources": ()}) == Nightly()


def test_a_file_changes_only_what_it_names(tmp_path):
    settings = load_settings(written(tmp_path, "stories: {window_days: 3}\n"))
    assert settings.stories.window_days == 3
    assert settings.stories.near_duplicate == load_settings().stories.near_duplicate


def test_the_environment_wins_over_the_file_and_the_command_line_over_both(tmp_path, monkeypatch):
    file = written(tmp_path, "translation: {engine: apertium}\n")
    monkeypatch.setenv("BABELWIRE_TRANSLATION__ENGINE", "none")
    assert load_settings(file).translation.engine == "none"
    assert load_settings(file, {"translation": {"engine": "google"}}).translation.engine == "google"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("translation: {engin: x}\n", ["translation.engin", "engine"]),
        ("jobs: -1\n", ["jobs", "-1"]),
        ("stories: {overlap: high}\n", ["stories.overlap", "high"]),
        ("translation: [\n", ["YAML"]),
        ("just a sentence\n", ["YAML"]),
        ("jobs: 1\n  x: 2\n", ["YAML", "line"]),
        ("jobs: 1\n\nstories: {}\njobs: 2\n", ["line 4", "`jobs`", "a second time"]),
        ("jobs: 1\nstories:\n  window_days: 3\n  overlap: high\n", ["line 4: `stories.overlap` is 'high'"]),
        ("nightly:\n  lakes: /lake\n", ["line 2: there is no key `nightly.lakes`", "lake, log"]),
        ("nightly:\n  schedule: 61 4 * * *\n", ["line 2: `nightly.schedule` is '61 4 * * *'", "minute"]),
        ("nightly:\n  timezone: Mars/Base\n", ["line 2: `nightly.timezone` is 'Mars/Base'", "Europe/Rome"]),
        ("nightly:\n  sources:\n    - name: a\n", ["line 3: `nightly.sources[0].paths` is missing"]),
        ("nightly:\n  sources:\n    - {name: a, paths: ['/in/{day}']}\n", ["line 3: ", "sources[0].paths", "{date:"]),
        (
            "nightly: {sources: [{name: a, paths: [b]}, {name: a, paths: [c]}]}\n",
            ["line 1: ", "two sources are called a"],
        ),
        ("nightly:\n  alerts:\n    email: {host: mail}\n", ["line 3: ", "nightly.alerts.email", "`sender` and `to`"]),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_key(tmp_path, text, named):
    with pytest.raises(UsageError) as refusal:
        load_settings(written(tmp_path, text))
    for word in ["my.yaml", *named]:
        assert word in str(refusal.value)


def test_a_key_of_a_service_is_never_shown(tmp_path):
    with pytest.raises(UsageError) as refusal:
        load_settings(written(tmp_path, "translation: {deepl_api_key: [sesame]}\n"))
    assert "deepl_api_key" in str(refusal.value)
    assert "sesame" not in str(refusal.value)
    loaded = load_settings(written(tmp_path, "translation: {deepl_api_key: sesame}\n"))
    assert loaded.translation.deepl_api_key.get_secret_value() == "sesame"
    assert "sesame" not in repr(loaded)


@pytest.mark.parametrize(
    "text",
    [
        "nightly: {alerts: {webhook_url: [sesame]}}\n",
        "nightly: {alerts: {email: {host: mail, password: sesame}}}\n",
        "nightly: {alerts: {email: sesame}}\n",
        "nightly: {alerts: sesame}\n",
    ],
)
def test_no_secret_of_an_alert_is_in_a_message(tmp_path, text):
    with pytest.raises(UsageError) as refusal:
        load_settings(written(tmp_path, text))
    assert "nightly.alerts" in str(refusal.value)
    assert "sesame" not in str(refusal.value)


def test_a_wrong_variable_is_named_and_not_a_line_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("BABELWIRE_NIGHTLY__CATCH_UP_DAYS", "-1")
    with pytest.raises(
        UsageError, match=r"variable BABELWIRE_NIGHTLY__CATCH_UP_DAYS: `nightly\.catch_up_days` is '-1'"
    ):
        load_settings(written(tmp_path, "nightly: {catch_up_days: 3}\n"))


def test_an_alias_that_holds_itself_does_not_hang_the_reader(tmp_path):
    with pytest.raises(UsageError):
        load_settings(written(tmp_path, "stories: &s\n  overlap: *s\n"))


def test_a_date_stands_for_itself_in_a_path():
    night = date(2025, 3, 4)
    assert dated("/in/{date:%Y/%m/%d}/a-{date}.zip", night) == "/in/2025/03/04/a-2025-03-04.zip"
    assert is_dated("s3://b/{date:%j}")
    assert not is_dated("/in")
    assert dated("/in", night) == "/in"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"no configuration file .*nowhere\.yaml"):
        load_settings(tmp_path / "nowhere.yaml")


def test_settings_travel_to_worker_processes():
    settings = load_settings()
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert hash(settings) == hash(load_settings())


def test_the_digest_is_of_what_decides_the_result():
    base = load_settings().digest()
    assert load_settings(overrides={"jobs": 7, "batch_size": 3}).digest() == base
    assert load_settings(overrides={"stories": {"overlap": 0.9}}).digest() != base
    assert load_settings(overrides={"nightly": {"lake": "/elsewhere"}}).digest() == base
