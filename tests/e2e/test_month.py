"""One real month in a real browser: from registering the meeting to the summary table."""

import re

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core import clock, months, scope
from app.core.db import db
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState
from app.meetings.models import Meeting
from app.meetings.rules import ResultState, ScheduleState
from tests import factories


def open_menu(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def register(page: Page) -> None:
    """The secretary starts at the desk and registers this month's meeting."""
    page.locator(".duty a.btn-primary").first.click()
    page.wait_for_url("**/schedules/add**")
    held = factories.lately()
    month = months.first_of(clock.today())
    page.fill("[name=month]", f"{month:%m/%Y}")
    page.fill("[name=planned_at]", f"{held:%d/%m/%Y %H:%M}")
    page.fill("[name=place]", "Hội trường tầng 2")
    page.locator(".save-bar button[type=submit]").click()
    page.wait_for_url(lambda url: "/add" not in url)


def test_the_month_is_walked_by_four_roles(app, enter, address, tmp_path):
    month = months.first_of(clock.today())

    # The secretary registers, on a phone.
    secretary = enter("secretary_north", width=360)
    register(secretary)
    with app.app_context(), scope.system():
        meeting = db.session.scalars(select(Meeting).where(Meeting.month == month)).one()
        key = meeting.id
        assert meeting.state is ScheduleState.REGISTERED

    # The clerk sees it on the board and confirms it.
    clerk = enter("clerk_north", "/chase/")
    expect(clerk.locator("body")).to_contain_text("Bắc Một")
    clerk.goto(f"{address}/schedules/show/{key}")
    press(clerk, "confirm")

    # The secretary files the result in four steps: roll-call, content, points, send.
    secretary.goto(f"{address}/desk/")
    secretary.locator(f"a[href='/filing/{key}/']").click()
    secretary.wait_for_url("**/filing/**")
    line = secretary.locator("[data-line]").nth(1)
    line.locator("[data-toggle]").click()
    line.locator("[data-say]").nth(1).click()
    expect(secretary.locator("[data-share]")).to_have_text(re.compile(r"4/5 = 80,0"))
    secretary.locator("[data-next-step]").click()
    secretary.fill("[name=speakers]", "3")
    secretary.locator("[data-next-step]").click()
    secretary.locator("[data-full-all]").click()
    expect(secretary.locator("[data-sum]")).to_have_text("100")
    secretary.locator("[data-next-step]").click()
    send(secretary)
    with app.app_context(), scope.system():
        meeting = db.session.get(Meeting, key)
        assert meeting.result_state is ResultState.SUBMITTED
        assert (meeting.attended, meeting.due) == (4, 5)

    # The clerk returns it with a reason; the secretary reads why and sends it again.
    clerk.goto(f"{address}/results/show/{key}")
    clerk.locator(f"a[href='/review/{key}/return']").click()
    clerk.fill("#reason", "Ghi thêm số nghị quyết")
    clerk.locator(".save-bar button[type=submit]").click()
    secretary.goto(f"{address}/desk/")
    expect(secretary.locator("body")).to_contain_text("Ghi thêm số nghị quyết")
    secretary.locator(f"a[href='/filing/{key}/']").click()
    secretary.wait_for_url("**/filing/**")
    expect(secretary.locator("body")).to_contain_text("Ghi thêm số nghị quyết")
    secretary.locator("[data-next-step]").click()
    secretary.fill("[name=resolution_no]", "05-NQ/CB")
    secretary.locator("[data-next-step]").click()
    secretary.locator("[data-next-step]").click()
    send(secretary)
    clerk.goto(f"{address}/results/show/{key}")
    press(clerk, "approve")
    clerk.goto(f"{address}/evaluations/show/{key}")
    press(clerk, "make_official")
    with app.app_context(), scope.system():
        evaluation = db.session.get(Evaluation, key)
        assert evaluation.state is EvaluationState.OFFICIAL
        assert (evaluation.official_total, evaluation.official_rating_code) == (100, "TOT")
        assert db.session.get(Meeting, key).result_state is ResultState.APPROVED

    # The analyst of the upper committee sees the figures and takes the table.
    analyst = enter("analyst")
    expect(analyst.locator("body")).to_contain_text("1/4")
    expect(
        analyst.locator("[data-figure-url], .js-plotly-plot, [data-chart]").first
    ).to_be_attached()
    analyst.goto(f"{address}/summary/?month={month:%m/%Y}")
    with analyst.expect_download() as waiting:
        analyst.locator("a[href*='/summary/download']").first.click()
    path = tmp_path / "summary.xlsx"
    waiting.value.save_as(path)
    book = CalamineWorkbook.from_path(path)
    rows = book.get_sheet_by_index(0).to_python()
    row = next(row for row in rows if "Chi bộ Bắc Một" in row)
    assert {4, 5, 100} <= {value for value in row if isinstance(value, float | int)}
    assert any("1/4" in str(value) for line in rows for value in line)


def press(page: Page, action: str) -> None:
    """Press a button of a show page and answer its question, if it asks one."""
    button = page.locator(f"form[action*='/action/{action}/'] button, [data-action='{action}']")
    button.first.click()
    dialog = page.locator("dialog[open], .modal.show")
    if dialog.count():
        dialog.locator("[data-confirm-yes], .btn-primary, .btn-danger").last.click()
    page.wait_for_load_state("networkidle")


def send(page: Page) -> None:
    """Send a filing and read that it has gone."""
    page.locator("[data-send]").click()
    expect(page.locator("[data-after]")).to_be_visible()


def test_the_types_of_a_new_schedule_follow_the_unit_chosen(enter, address):
    page = enter("clerk_north")
    page.goto(f"{address}/schedules/add")
    kind = page.locator("[name=type]")
    expect(kind.locator("option")).to_have_count(6)
    for name, count, chosen in (
        ("Đảng bộ Phía Bắc", 3, "BOARD"),
        ("Chi bộ Bắc Một", 5, "REGULAR"),
    ):
        page.locator("[data-field=unit] .ts-control input").click()
        page.keyboard.type(name)
        page.locator("[data-field=unit] .option", has_text=name).first.click()
        expect(kind.locator("option")).to_have_count(count)
        expect(kind).to_have_value(chosen)
