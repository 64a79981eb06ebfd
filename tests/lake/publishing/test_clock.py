"""A machine whose clock is wrong for a night."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from babelwire.lake.publishing import work as work_module
from newsdesk import FERRY_EN, LIBRARY_EN, page


@pytest.fixture
def set_clock(monkeypatch):
    def set_to(when):
        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return when

        monkeypatch.setattr(work_module, "datetime", Clock)

    return set_to


def test_a_clock_that_is_set_back_loses_no_article_and_no_revision(newsroom, set_clock):
    address = {"url": "https://echo.example/bridge", "published": "2025-03-03T08:00:00Z"}
    first = page("Bridge closed", "The bridge of Hollowmere was closed by Edmund Fairweather. " * 4, **address)
    second = page(
        "Bridge open", "The bridge of Hollowmere is open again. " * 6, modified="2025-03-04T08:00:00Z", **address
    )
    today = datetime.now(UTC)
    newsroom.write("bridge.json", first)
    newsroom.write("a.txt", FERRY_EN)
    newsroom.ingest()

    set_clock(today - timedelta(days=400))
    newsroom.write("bridge.json", second, when=1_741_200_000)
    newsroom.write("b.txt", LIBRARY_EN)
    back = newsroom.ingest()
    assert (back.counts["new"], back.counts["revision"], back.counts["unchanged"]) == (1, 1, 1)

    set_clock(today + timedelta(days=1))
    again = newsroom.ingest()
    assert again.counts["unchanged"] == again.run["inputs"] == 3
    articles = pd.read_parquet(newsroom.root / "articles")
    bridge = articles[articles["uri"] == address["url"]].sort_values("revision")
    assert list(bridge["headline"]) == ["Bridge closed", "Bridge open"]
    assert len(articles) == 4
