"""Pages on paper: light, without navigation, tables with heads; the leader's page on one sheet."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from app.core import months, scope
from app.core.db import db
from app.meetings.rules import HeadCounts, ResultState
from app.people.models import Member
from app.people.rules import Position
from tests import factories
from tests.e2e.test_charts import drawn, ready_for_paper

LAST = date(2026, 10, 1)
LONG = "Đảng bộ Công ty Trách nhiệm hữu hạn Một thành viên Thủy lợi và Môi trường đô thị số"
A4 = (595, 842)


# Reasons of which a part is cut, and numbers that stand below what is seen of their box.
CUT = """() => [
  ...[...document.querySelectorAll(".leader-why")].filter((one) =>
    one.scrollHeight > one.clientHeight + 2),
  ...[...document.querySelectorAll(".leader-names .chase-call")].filter((one) =>
    one.getBoundingClientRect().bottom > one.parentElement.getBoundingClientRect().bottom + 2),
].map((one) => one.textContent)"""


def pages(data: bytes) -> list[tuple[int, int]]:
    """The size of each page of a PDF in points."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert len(boxes) == len(re.findall(rb"/Type /Page\b", data))
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def pdf(page: Page) -> list[tuple[int, int]]:
    return pages(page.pdf(prefer_css_page_size=True, print_background=False))


@pytest.fixture
def bloc(app):
    """Thirty committees of long names, two cells each, a year of reports; all need a word."""
    with app.app_context(), scope.system():
        root, policy = factories.unit("ROOT"), db.session.query(factories.AttendancePolicy).first()
        for number in range(30):
            parent = factories.new_unit(f"L{number}", f"{LONG} {number}", "GRASSROOTS_PC", root)
            for place in range(2):
                code = f"L{number}C{place}"
                cell = factories.new_unit(code, f"Chi bộ {LONG} {place}", "SUB_CELL", parent)
                db.session.add(
                    Member(
                        unit_id=cell.id,
                        unit_path=cell.path,
                        full_name=f"Nguyễn Thị Phương Thanh Huyền Trang {number}",
                        phone="0900 000 001",
                        position=Position.SECRETARY,
                        joined_on=factories.FOUNDED,
                    )
                )
                for month in months.span(months.add(LAST, -12), 13):
                    if month == LAST and place == 1:
                        continue
                    meeting = factories.new_meeting(cell, month, result_state=ResultState.SUBMITTED)
                    counts = HeadCounts(on_roll=20, present=10 + number % 9, unexcused=3)
                    meeting.count(counts, policy)
        db.session.commit()


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_leaders_page_is_one_sheet_of_a4(bloc, enter, width, dark):
    page = enter("chief", f"/leader/?month={LAST:%Y-%m}", width=width, dark=dark)
    assert ready_for_paper(page) == 3
    assert pdf(page) == [A4]
    # What a page of A4 leaves between its margins.
    page.set_viewport_size({"width": 703, "height": 1040})
    page.emulate_media(media="print")
    assert page.locator(".leader-names tbody tr").count() == 10
    assert page.evaluate(CUT) == []
    paper = page.locator(".paper-sheet").bounding_box()
    foot = page.locator(".leader-foot").bounding_box()
    assert foot["y"] + foot["height"] <= paper["y"] + paper["height"] + 1
    expect(page.locator(".leader-foot")).to_contain_text("/64")
    expect(page.locator(".print-head")).to_contain_text("Đảng ủy Khối")
    for image in page.locator(".chart-paper").all():
        assert image.bounding_box()["height"] > 60


def test_a_figure_that_is_being_laid_ready_is_no_second_sheet(enter):
    page = enter("chief", "/leader/?month=09/2026")
    ready_for_paper(page)
    # As Plotly does it for the time that it draws a picture.
    page.evaluate("""() => {
      const copy = document.createElement("div");
      copy.className = "js-plotly-plot";
      copy.style.cssText = "position: absolute; left: -5000px; height: 400px; width: 700px";
      document.body.append(copy);
    }""")
    assert pdf(page) == [A4]


def test_the_leaders_page_of_the_small_world_is_one_sheet_too(enter):
    page = enter("chief", "/leader/?month=09/2026")
    ready_for_paper(page)
    assert pdf(page) == [A4]


def test_the_print_button_waits_for_the_figures(enter):
    page = enter("chief", "/leader/?month=09/2026")
    page.evaluate("() => { window.asked = new Promise((done) => { window.print = done; }); }")
    page.locator("[data-print]").click()
    page.evaluate("window.asked")
    assert page.locator("[data-on-paper]").count() == 3


def test_a_figure_that_was_never_in_sight_says_so_on_paper(enter):
    page = enter("analyst", "/analysis/?last=09/2026", width=360)
    told = page.locator("[data-chart]").last.locator(".chart-undrawn")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(told).to_be_hidden()
    page.emulate_media(media="print")
    expect(told).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(told).to_be_hidden()


def test_who_prints_before_the_pictures_lie_ready_gets_rows_and_no_dark_figures(enter, address):
    """Their keys are in the colours of paper, and the screen may be wider than the sheet."""
    page = enter("analyst", None, dark=True)
    page.add_init_script("HTMLImageElement.prototype.decode = () => new Promise(() => {})")
    page.goto(f"{address}/analysis/?last=09/2026")
    drawn(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for chart in page.locator("[data-chart]").all():
        expect(chart.locator(".chart-plot")).to_be_hidden()
        expect(chart.locator("table, .chart-undrawn").locator("visible=true").first).to_be_visible()


ON_PAPER = (
    ("analyst", "/analysis/?last=09/2026"),
    ("analyst", "/analysis/table?last=09/2026"),
    ("analyst", "/chase/?month=09/2026"),
    ("analyst", "/summary/?month=09/2026"),
    ("analyst", "/results/list/"),
    ("secretary_north", "/desk/"),
    ("admin", "/care/"),
)
SEEN = """() => [...document.querySelectorAll(
  "nav:not(.list-foot), .side, .top, .foot, button, .btn, form[role=search], .crumbs, .pager")]
  .filter((one) => one.checkVisibility()).map((one) => one.className || one.tagName)"""
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize(("username", "path"), ON_PAPER)
def test_on_paper_there_is_no_navigation_and_no_dark(enter, username, path):
    page = enter(username, path, dark=True)
    assert page.evaluate(GROUND) != "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    assert page.evaluate(SEEN) == []
    assert page.evaluate(GROUND) == "rgb(255, 255, 255)"
    heads = page.locator("thead").all()
    assert {head.evaluate("(one) => getComputedStyle(one).display") for head in heads} <= {
        "table-header-group"
    }
    inks = page.locator("main a, main td, main h1").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).color)"
    )
    assert set(inks) <= {"rgb(0, 0, 0)", "rgb(51, 51, 51)"}
    assert pdf(page)


@pytest.mark.parametrize("path", ["/summary/?month=09/2026", "/analysis/table?last=09/2026"])
def test_wide_tables_lie_across(enter, path):
    page = enter("analyst", path)
    assert {size[0] > size[1] for size in pdf(page)} == {True}


def test_show_pages_print_what_is_folded(app, enter, address):
    with app.app_context(), scope.system():
        key = db.session.query(factories.Meeting.id).first()[0]
    page = enter("analyst")
    for path in (f"/results/show/{key}", f"/evaluations/show/{key}"):
        page.goto(f"{address}{path}")
        page.emulate_media(media="print")
        assert page.evaluate(SEEN) == []
        assert set(pdf(page)) == {A4}


def test_tables_that_paper_opened_are_closed_again(bloc, enter):
    page = enter("chief", f"/leader/?month={LAST:%Y-%m}")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.chart-table[open]").count()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.chart-table[open]").count() == 0
