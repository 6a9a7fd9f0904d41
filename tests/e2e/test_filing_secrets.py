"""What bears the mark of a state secret stays in the page alone: no server, no device keeps it."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, text

from app.core import scope
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.rules import ResultState
from tests.e2e.filing import saved, to_the_end

MARKED = "Theo văn bản TUYỆT MẬT số 5"


@pytest.fixture
def held(app, meeting):
    """``held()``: state, content and number of the result, and whether the secret is there."""

    def read() -> tuple[ResultState, str | None, str | None, bool]:
        with app.app_context(), scope.system():
            row = db.session.scalars(select(Meeting).where(Meeting.id == meeting)).one()
            drafts = db.session.scalars(text("SELECT entries::text FROM filing_draft"))
            is_there = any("TUYỆT MẬT số" in one for one in (row.content or "", *drafts))
            return row.result_state, row.content, row.resolution_no, is_there

    return read


def device(page: Page) -> str:
    return page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")


def stays(page: Page) -> None:
    """It says so beside the field, and the text is still there."""
    error = page.locator("#error-content")
    expect(error).to_contain_text("bí mật nhà nước", timeout=15_000)
    expect(error).to_contain_text("không được lưu")
    expect(page.locator("[data-saved=partly]")).to_be_visible(timeout=15_000)
    expect(page.locator("[name=content]")).to_have_value(MARKED)
    assert MARKED not in device(page)


def test_its_writer_is_told_and_nothing_else_keeps_it(enter, address, meeting, held):
    page = enter("secretary_north", f"/filing/{meeting}/#step-2", width=360)
    page.fill("[name=content]", MARKED)
    stays(page)
    calls: list[str] = []
    page.on("request", lambda asked: calls.append(asked.post_data or ""))
    # Going on elsewhere saves that, and does not send the refused text again and again.
    page.fill("[name=resolution_no]", "05-NQ/CB")
    page.wait_for_timeout(2_500)
    stays(page)
    assert len([body for body in calls if "05-NQ" in body]) == 1
    assert not any("MẬT" in body for body in calls)
    assert held() == (ResultState.DRAFT, None, "05-NQ/CB", False)
    # The last step names it and does not send.
    page.goto(f"{address}/filing/{meeting}/#step-4")
    page.locator("[data-lacks] a[data-go=content]").click()
    page.fill("[name=content]", "Đã bàn")
    saved(page)
    expect(page.locator("#error-content")).to_be_hidden()
    assert held() == (ResultState.DRAFT, "Đã bàn", "05-NQ/CB", False)


def test_what_was_typed_without_a_network_is_let_go_of_when_it_is_refused(
    enter, address, meeting, held
):
    page = enter("secretary_north", f"/filing/{meeting}/", width=360)
    page.context.set_offline(True)
    page.locator("[data-next-step]").click()
    page.fill("[name=content]", MARKED)
    to_the_end(page)
    page.locator("[data-send]").click()
    expect(page.locator("[data-say-queued]")).to_be_visible()
    # The tab is closed and opened again: it is sent then, and refused.
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{address}/filing/{meeting}/#step-2")
    expect(page.locator("[data-say-refused]")).to_contain_text("bí mật nhà nước", timeout=15_000)
    expect(page.locator("[name=content]")).to_have_value(MARKED)
    page.wait_for_timeout(1_500)
    assert MARKED not in device(page)
    state, content, _number, is_there = held()
    assert (state, content, is_there) == (ResultState.DRAFT, None, False)
    page.fill("[name=content]", "Đã bàn")
    saved(page)
    page.goto(f"{address}/filing/{meeting}/#step-4")
    page.locator("[data-send]").click()
    expect(page.locator("[data-after]")).to_be_visible(timeout=15_000)
    assert held()[:2] == (ResultState.SUBMITTED, "Đã bàn")


def test_a_note_of_a_score_sheet_that_was_refused_is_let_go_of(enter, address, meeting):
    page = enter("secretary_north", width=360)
    page.goto(f"{address}/evaluations/{meeting}/score")
    note, other = page.locator("textarea[name^=note-]").nth(0), page.locator("[data-more]").nth(1)
    note.evaluate("field => { field.closest('details').open = true; }")
    note.fill(MARKED)
    page.locator(".score-bar [value=save]").click()
    expect(page.locator("[data-error]:visible")).to_contain_text("bí mật nhà nước")
    expect(note).to_have_value(MARKED)
    assert "nep-score" in device(page)
    assert MARKED not in device(page)
    # Going on elsewhere keeps that, and the refused note no more than before.
    other.click()
    assert MARKED not in device(page)
    note.fill("Đã bàn")
    assert "Đã bàn" in device(page)
