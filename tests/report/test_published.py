"""The report on a lake that a real run has published."""

from lxml import html

from babelwire.report import report
from newsroom import Newsroom
from stories.events import FERRY, FERRY_ELSEWHERE

ITALIAN = (
    "Il consiglio comunale di Lomasca ha approvato ieri sera il bilancio dopo sei ore di discussione.\n\n"
    "La sindaca ha detto che le scuole riceveranno i fondi promessi entro la fine dell'anno."
)


def test_a_night_is_told_with_all_its_inputs_and_articles(tmp_path):
    newsroom = Newsroom(tmp_path)
    newsroom.write("ferry.txt", FERRY)
    newsroom.write("copy.txt", FERRY)
    newsroom.write("elsewhere.txt", FERRY_ELSEWHERE)
    newsroom.write("council.txt", ITALIAN)
    newsroom.write("empty.txt", b"")
    newsroom.ingest()
    page = html.fromstring(report(newsroom.lake, name="lake").html)
    said = " ".join(page.text_content().split())
    assert not page.xpath("//p[@class='warning']")
    assert "5 inputs, 3 articles written" in said
    assert "1 rejected, 1 pending" in said
    assert {"empty", "not_translated"} == set(page.xpath("//article[@class='reason']/h3/code/text()"))
    assert len(page.xpath("//details[@class='article']")) == 3
    assert page.xpath("//p[@class='english']//mark")
    assert "Il consiglio comunale di Lomasca" in page.xpath("string(//p[@class='original'][@lang='it'])")


def test_a_second_night_is_told_apart_from_the_first(tmp_path):
    newsroom = Newsroom(tmp_path)
    newsroom.write("ferry.txt", FERRY)
    newsroom.ingest()
    newsroom.write("council.txt", ITALIAN)
    newsroom.ingest()
    page = html.fromstring(report(newsroom.lake, name="lake").html)
    assert not page.xpath("//p[@class='warning']")
    assert page.xpath("//p[@class='original']")
    assert not page.xpath("//p[@class='english']")
    first = newsroom.lake.runs()["run_id"].iloc[0]
    page = html.fromstring(report(newsroom.lake, name="lake", run_id=first).html)
    assert page.xpath("//p[@class='english']")
    assert not page.xpath("//p[@class='original']")
