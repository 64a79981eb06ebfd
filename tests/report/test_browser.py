"""The page in a real browser: it loads nothing, says nothing, runs nothing, and everyone can read it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from babelwire.report import report
from report.reported import ReportedLake

SCRIPT = "<script>document.title='taken'; alert(1)</script><img src=x onerror=alert(2)>"
LONG = "Donaudampfschiff" * 60
ARABIC = "وصلت العبارة إلى الميناء بعد ليلة طويلة في البحر"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    lake = ReportedLake(tmp_path_factory.mktemp("lakes") / "lake")
    body = "\n\n".join(["Renzo Baldacci came to Tarvella with 40 people of the Lomasca council."] * 8)
    names = [("Renzo Baldacci", "PERSON"), ("Tarvella", "GPE"), ("Lomasca council", "ORG")]
    more = [(f"Name {i} of a type", t) for i, t in enumerate(("LOC", "FAC", "NORP", "EVENT", "PRODUCT", "WORK_OF_ART"))]
    for i in range(3):
        lake.article(
            f"ferry {i}",
            story="st-ferry",
            hours=5 * i,
            language="it",
            text=body.replace("came to", "è venuto a"),
            text_en=body + "\n\n" + " ".join(name for name, _ in more),
            headline="Il traghetto «Santa Rosa» & l'isola",
            headline_en='The ferry "Santa Rosa" & the island',
            names=names + more,
            uri=f"https://example.org/{i}",
            translation_checks=["numbers"],
            translation_status="partial",
        )
    lake.article("script", text=SCRIPT, headline=SCRIPT, source=SCRIPT, hours=30, names=[("script", "LAW")])
    lake.article("long", text=f"{LONG} {LONG}", headline=LONG, source=LONG, uri=f"https://example.org/{LONG}")
    lake.article("arabic", language="ar", text=ARABIC, headline=ARABIC, hours=50)
    lake.article("unknown", language="und", text="Hm.", headline=None)
    for i in range(15):
        lake.input(f"file:///in/{LONG}{i}", stage="read", reason_code="empty", reason=f"{SCRIPT} {i}")
    lake.input("file:///in/late.txt", "pending", stage="translate", reason_code="not_translated", reason="Later.")
    made = report(lake.write(), name="lake")
    written = tmp_path_factory.mktemp("pages") / "report.html"
    written.write_text(made.html, "utf-8")
    return written


@pytest.fixture
def opened(chromium, file):
    """Opens the page; fails the test at its end if the page asked for anything, logged anything or ran a script."""
    pages, wrong = [], []

    def open_page(*, width=1100, scheme="light"):
        page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        pages.append(page)
        page.route("**", lambda route: route.continue_() if route.request.url == file.as_uri() else _refuse(route))
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.goto(file.as_uri())
        return page

    def _refuse(route):
        wrong.append(route.request.url)
        route.abort()

    yield open_page
    for page in pages:
        page.close()
    assert wrong == []


SIGHTS = [(1100, "light"), (360, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SIGHTS)
def test_axe_finds_no_barrier(opened, width, scheme):
    page = opened(width=width, scheme=scheme)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert any(check["id"] == "color-contrast" for check in found.response["passes"])


@pytest.mark.parametrize("width", [1100, 360])
def test_the_page_never_scrolls_sideways(opened, width):
    page = opened(width=width)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_wide_table_scrolls_within_its_own_region(opened):
    page = opened(width=360)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    regions = page.locator("div.scroll")
    assert regions.count() > 5
    for region in regions.all():
        assert region.get_attribute("tabindex") == "0"
        assert page.locator(f"#{region.get_attribute('aria-labelledby')}").count() == 1
    assert page.evaluate("[...document.querySelectorAll('div.scroll')].some(e => e.scrollWidth > e.clientWidth)")


def test_what_an_article_says_stays_text(opened):
    page = opened()
    assert page.locator("script, img").count() == 0
    assert page.title() != "taken"
    assert page.get_by_text("alert(1)").first.is_visible()


def test_the_policy_stops_a_script_that_were_in_the_page(chromium, file):
    page = chromium.new_page()
    content = file.read_text("utf-8").replace("</main>", "<script>document.title = 'taken'</script></main>")
    harmful = file.with_name("harmful.html")
    harmful.write_text(content, "utf-8")
    page.goto(harmful.as_uri())
    assert page.title() != "taken"
    page.close()


def test_the_keyboard_reaches_and_opens_everything(opened):
    page = opened()
    wanted = page.locator("a[href], summary, [tabindex='0']").filter(visible=True).count()
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(_PATH))
        assert page.evaluate("document.activeElement === document.body || " + _OUTLINED)
    assert len(reached - {"BODY"}) == wanted
    closed = page.locator("details.article:not([open]) > summary").first
    closed.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.article[open]").count() == 1 + page.locator("article.story").count()


def test_every_link_within_the_page_leads_somewhere(opened):
    page = opened()
    assert (
        page.evaluate(
            "[...document.querySelectorAll(\"a[href^='#']\")].filter(a => !document.getElementById(a.hash.slice(1))).length"
        )
        == 0
    )
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size")
        == page.locator("[id]").count()
    )


def test_texts_stand_side_by_side_on_a_screen_and_below_each_other_on_a_phone(opened):
    for width, beside in ((1100, True), (360, False)):
        page = opened(width=width)
        pair = page.locator("details.article[open] div.pair:not(.heads)").first
        left, right = (pair.locator(f"p.{side}").bounding_box() for side in ("original", "english"))
        assert (left["y"] == right["y"]) == beside
        assert (left["x"] + left["width"] <= right["x"]) == beside


def test_a_phone_gets_the_narrow_charts_and_a_screen_the_wide_ones(opened):
    for width, shown in ((1100, "wide"), (360, "narrow")):
        page = opened(width=width)
        for size in ("wide", "narrow"):
            charts = page.locator(f"figure .{size} svg")
            assert charts.count() == 4
            assert all(chart.is_visible() == (size == shown) for chart in charts.all())


def test_dark_is_dark_and_paper_is_light(opened):
    page = opened(scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    bar = "getComputedStyle(document.querySelector('figure .wide path[fill^=\"var(--series\"]')).fill"
    dark = page.evaluate(paper), page.evaluate(bar)
    page.emulate_media(media="print", color_scheme="dark")
    printed = page.evaluate(paper), page.evaluate(bar)
    assert printed[0] == "rgb(255, 255, 255)"
    assert dark[0] != printed[0]
    assert dark[1] != printed[1]


def test_it_prints_with_the_places_of_rejected_inputs_opened(opened):
    page = opened()
    assert page.pdf(format="A4").startswith(b"%PDF-")
    place = page.locator(".reason .place").first
    assert not place.is_visible()
    page.emulate_media(media="print")
    assert place.bounding_box()["height"] > 0


def test_arabic_runs_from_right_to_left(opened):
    page = opened()
    headline = page.locator("span.headline[lang='ar']")
    assert headline.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.locator("main").evaluate("e => getComputedStyle(e).direction") == "ltr"


_PATH = """(() => {
  const steps = [];
  for (let e = document.activeElement; e && e !== document.body; e = e.parentElement)
    steps.push(e.tagName + [...e.parentElement.children].indexOf(e));
  return steps.join(' ') || 'BODY';
})()"""
_OUTLINED = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
