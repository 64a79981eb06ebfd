import os
import pickle

import pytest
import yaml

from babelwire.errors import UsageError
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


def test_the_default_file_names_every_key():
    named = yaml.safe_load((configs_folder() / "default.yaml").read_text("utf-8"))
    assert named.keys() == Settings.model_fields.keys()
    for section, keys in named.items():
        if isinstance(keys, dict):
            assert keys.keys() == Settings.model_fields[section].annotation.model_fields.keys()


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
