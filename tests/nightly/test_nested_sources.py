"""Sources of a night have places of their own: an article that two of them took would count for one only."""

import pytest
import yaml

from babelwire.errors import UsageError
from babelwire.nightly.night import prepared


@pytest.fixture
def prepare(tmp_path):
    def prepare(**sources):
        named = [{"name": name, "paths": paths} for name, paths in sources.items()]
        (tmp_path / "night.yaml").write_text(
            yaml.safe_dump({"nightly": {"lake": str(tmp_path / "lake"), "sources": named}})
        )
        return prepared(tmp_path / "night.yaml", None)

    return prepare


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("/srv/news", "/srv/news/agency"),
        ("/srv/news/", "/srv/news/agency/2025/a.html"),
        ("/srv/news", "/srv/news/{date:%Y/%m/%d}"),
        ("/srv/news", "/srv/news/**/*.html"),
        ("/srv/*", "/srv/news/agency"),
        ("/srv/news", "/srv/echo/../news/agency"),
        ("file:///srv/news", "/srv/news/agency"),
        ("s3://news", "s3://news/agency/{date}/"),
    ],
)
def test_a_place_within_that_of_another_source_is_refused_with_both_named(prepare, outer, inner):
    for sources in ({"all": [outer], "agency": ["/elsewhere", inner]}, {"agency": [inner], "all": [outer]}):
        with pytest.raises(UsageError) as refused:
            prepare(**sources)
        assert str(refused.value).startswith(
            f"The source all names {outer}, and within it lies {inner} of the source agency:"
        )


@pytest.mark.parametrize(
    ("one", "other"), [("/srv/news", "/srv/news/"), ("/srv/*.html", "/srv/a.html"), ("s3://news/a", "s3://news/a/")]
)
def test_one_place_for_two_sources_is_refused(prepare, one, other):
    with pytest.raises(UsageError, match=f"The sources first and second both name {other}. Leave it to one"):
        prepare(first=[one], second=[other])


def test_a_link_to_a_folder_of_another_source_is_that_folder(prepare, tmp_path):
    (tmp_path / "news" / "agency").mkdir(parents=True)
    (tmp_path / "mirror").symlink_to(tmp_path / "news" / "agency")
    with pytest.raises(UsageError, match=r"within it lies .*mirror of the source mirror"):
        prepare(news=[str(tmp_path / "news")], mirror=[str(tmp_path / "mirror")])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/srv/news", "/srv/newsroom"),
        ("/srv/news/a", "/srv/news/b"),
        ("/srv/news", "/srv/news/.hidden"),
        ("/srv/news/*.html", "/srv/news/*.txt"),
        ("https://echo.example/feed", "https://echo.example/feed/sport"),
        ("s3://news/agency", "s3://news/agency2"),
    ],
)
def test_places_beside_each_other_are_two_sources(prepare, one, other):
    settings, _ = prepare(first=[one], second=[other])
    assert [source.name for source in settings.nightly.sources] == ["first", "second"]


def test_places_of_one_source_may_lie_in_each_other(prepare):
    settings, _ = prepare(news=["/srv/news", "/srv/news/agency"])
    assert len(settings.nightly.sources) == 1
