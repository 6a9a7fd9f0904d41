"""Figures in a real browser: no breach of the policy, no jump of the page, marks lead on."""

import json
import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

PAGES = (
    ("/analysis/?last=09/2026&compare=year", 1280),
    ("/analysis/?last=09/2026&compare=year", 360),
    ("/analysis/units?month=09/2026", 360),
    ("/leader/?month=09/2026", 1280),
)
SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


def drawn(page: Page) -> int:
    """Walk down the page until every figure is drawn; how many."""
    charts = page.locator("[data-chart]")
    for place in range(charts.count()):
        charts.nth(place).scroll_into_view_if_needed()
        expect(charts.nth(place).locator(".chart-wait")).to_have_count(0, timeout=20_000)
        expect(charts.nth(place).locator(".main-svg").first).to_be_visible()
    return charts.count()


def ready_for_paper(page: Page) -> int:
    """The same, until the copies for paper lie ready."""
    number = drawn(page)
    for chart in page.locator("[data-chart]").all():
        expect(chart).to_have_attribute("data-on-paper", "", timeout=20_000)
    return number


@pytest.mark.parametrize(("path", "width"), PAGES)
def test_figures_break_no_policy_and_move_nothing(enter, address, path, width):
    # `enter` fails the test on any report of the browser against the policy.
    page = enter("analyst", None, width=width, dark=width == 360)
    page.add_init_script(SHIFTS)
    page.goto(f"{address}{path}")
    assert ready_for_paper(page)
    assert page.evaluate("window.shifted") <= 0.1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("nepTheme.choose('dark')")
    page.wait_for_timeout(300)
    page.emulate_media(media="print")
    page.wait_for_timeout(100)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_figure_can_be_taken_along_as_an_image(enter, kind):
    page = enter("analyst", "/analysis/?last=09/2026")
    drawn(page)
    chart = page.locator("[data-chart]").first
    chart.locator("[data-bs-toggle=dropdown]").click()
    with page.expect_download() as waiting:
        chart.locator(f"[data-chart-image={kind}]").click()
    name = unquote(waiting.value.suggested_filename)
    assert name.endswith(f".{kind}")
    assert waiting.value.path().stat().st_size > 3_000


def test_numbers_and_months_are_vietnamese(enter):
    page = enter("analyst", "/analysis/?last=09/2026")
    drawn(page)
    points = page.locator("[data-chart]").first.locator(".points path")
    page.locator("[data-chart]").first.scroll_into_view_if_needed()
    points.last.hover(force=True)
    hover = page.locator(".hoverlayer").first
    expect(hover).to_contain_text("Tháng 9/2026")
    expect(hover).to_contain_text("80,0")


@pytest.mark.parametrize(
    ("path", "mark", "to"),
    [
        ("/analysis/?last=09/2026", ".points path", r"/analysis/units\?unit=\d+&month=2026-09"),
        ("/analysis/units?month=09/2026", ".bars path", r"/analysis/units\?unit=\d+&month="),
    ],
)
def test_a_click_on_a_mark_leads_to_what_is_behind_it(enter, path, mark, to):
    page = enter("analyst", path)
    drawn(page)
    page.locator("[data-chart]").first.scroll_into_view_if_needed()
    box = page.locator("[data-chart]").first.locator(mark).last.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile(to))


def test_from_the_heat_map_to_the_meeting(enter):
    page = enter("analyst", "/analysis/?first=09/2026&last=09/2026")
    drawn(page)
    for _step in range(2):
        plot = page.locator("[data-figure-url], [data-chart]").last.locator(".nsewdrag").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        before = page.url
        page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
        page.wait_for_url(lambda url, before=before: url != before)
        if "/results/show/" in page.url:
            return
        drawn(page)
    assert "/results/show/" in page.url


def test_a_figure_that_cannot_be_drawn_shows_its_table(enter, address):
    page = enter("analyst", None)
    page.route("**/plotly.min.js*", lambda route: route.abort())
    page.goto(f"{address}/analysis/?last=09/2026")
    expect(page.locator("details.chart-table").first).to_have_attribute("open", "")


TRENDS = re.compile("/analysis/trends")
ROWS = "details.chart-table tbody"


def test_rows_of_trends_come_although_their_figures_are_not_in_sight(enter, address):
    page = enter("analyst", None, width=360)
    page.route("**/plotly.min.js*", lambda route: None)
    page.goto(f"{address}/analysis/?last=09/2026")
    for body in page.locator(ROWS).all():
        expect(body.locator("tr")).to_have_count(36)
    assert page.evaluate("scrollY") == 0


def test_a_figure_does_not_wait_for_the_answer_of_another(enter, address):
    page = enter("analyst", None)
    page.route(TRENDS, lambda route: None)
    page.goto(f"{address}/analysis/?last=09/2026")
    heat = page.locator("[data-chart]").last
    heat.scroll_into_view_if_needed()
    expect(heat.locator(".chart-wait")).to_have_count(0, timeout=20_000)
    for body in page.locator(ROWS).all():
        assert body.text_content().strip() == "Chưa tải xong."


@pytest.mark.parametrize("how", ["broken", "ended"])
def test_trends_that_cannot_be_had_say_what_to_do(enter, address, how):
    page = enter("analyst", None)

    def answer(route):
        if how == "ended":
            # Whoever is logged out meanwhile gets the page of the door instead.
            page.context.clear_cookies()
            route.fulfill(status=200, content_type="text/html", body="<html></html>")
        else:
            route.fulfill(status=500, body="")

    page.route(TRENDS, answer)
    page.goto(f"{address}/analysis/?last=09/2026")
    for chart in page.locator("[data-figure-part]").all():
        expect(chart.locator(".chart-wait")).to_contain_text("Chưa tải được")
        expect(chart.locator("tbody")).to_contain_text("Chưa tải được")


HASTE = """
  const real = AbortSignal.timeout.bind(AbortSignal);
  window.limits = [];
  AbortSignal.timeout = (ms) => { window.limits.push(ms); return real(400); };
"""


def test_trends_that_take_too_long_are_given_up_and_come_when_asked_again(enter, address):
    page = enter("analyst", None)
    page.add_init_script(HASTE)
    page.route(TRENDS, lambda route: None)
    page.goto(f"{address}/analysis/?last=09/2026")
    charts = page.locator("[data-figure-part]")
    for chart in charts.all():
        expect(chart.get_by_role("status")).to_contain_text("20 giây")
        expect(chart.locator("tbody")).to_contain_text("20 giây")
    assert page.evaluate("window.limits").count(20_000) >= 1

    page.unroute(TRENDS)
    page.evaluate("AbortSignal.timeout = () => new AbortController().signal")
    again = charts.first.get_by_role("button", name="Thử lại")
    again.focus()
    page.keyboard.press("Enter")

    # One answer serves both figures, and the focus stays where one pressed.
    for chart in charts.all():
        expect(chart.locator("tbody tr")).to_have_count(36)
        expect(chart.get_by_role("button", name="Thử lại")).to_have_count(0)
    assert page.evaluate("document.activeElement === document.querySelector('[data-figure-part]')")
    assert drawn(page)


def test_a_second_failure_offers_to_try_again_once_more(enter, address):
    page = enter("analyst", None)
    page.route(TRENDS, lambda route: route.fulfill(status=503, body=""))
    page.goto(f"{address}/analysis/?last=09/2026")
    first = page.locator("[data-figure-part]").first
    for _time in range(2):
        expect(first.get_by_role("status")).to_contain_text("Chưa tải được")
        with page.expect_request(TRENDS):
            first.get_by_role("button", name="Thử lại").click()
    expect(first.get_by_role("status")).to_contain_text("Chưa tải được")


def test_a_figure_whose_script_failed_is_drawn_when_asked_again(enter, address):
    page = enter("analyst", None)
    page.route("**/plotly.min.js*", lambda route: route.abort())
    page.goto(f"{address}/analysis/?last=09/2026")
    first = page.locator("[data-chart]").first
    expect(first.get_by_role("status")).to_contain_text("bảng")
    page.unroute("**/plotly.min.js*")
    first.get_by_role("button", name="Thử lại").click()
    assert drawn(page)


def test_a_heat_map_that_cannot_be_had_says_what_to_do(enter, address):
    page = enter("analyst", None)
    page.route(re.compile("/analysis/heat"), lambda route: route.abort())
    page.goto(f"{address}/analysis/?last=09/2026")
    heat = page.locator("[data-chart]").last
    heat.scroll_into_view_if_needed()
    expect(heat.locator(".chart-wait")).to_contain_text("Chưa tải được")


def test_why_opens_and_closes_by_keyboard(enter):
    page = enter("chief", "/leader/?month=09/2026")
    button = page.locator(".why").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#why-2")).to_be_visible()
    expect(page.locator("#why-2")).to_contain_text("HD 42")
    page.keyboard.press("Escape")
    expect(page.locator("#why-2")).to_be_hidden()


def test_the_figures_of_a_page_are_plain_data(enter):
    page = enter("chief", "/leader/?month=09/2026")
    held = page.locator("[data-chart] script[type='application/json']").all_text_contents()
    assert len(held) == 3
    assert all(json.loads(one)["data"] for one in held)
