"""On a phone: what became of the tasks of the month before is said, kept and carried on."""

from datetime import datetime, timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from app.core import months, scope
from app.core.db import db
from app.meetings.models import Task, TaskStatus
from app.meetings.rules import ResultState
from app.meetings.task_rules import TaskState
from tests import factories
from tests.e2e import filing


def test_tasks_of_the_month_before_are_answered_with_a_tap_each(app, enter, address):
    held = factories.lately()
    month = months.first_of(held)
    with app.app_context(), scope.system():
        cell = factories.unit("N1")
        last = months.add(month, -1)
        began = datetime(last.year, last.month, 4, 14, 0)
        before = factories.new_meeting(
            cell,
            last,
            result_state=ResultState.LOCKED,
            started_at=began,
            ended_at=began + timedelta(minutes=60),
        )
        keys = {"meeting_id": before.id, "unit_id": cell.id, "unit_path": cell.path}
        late = before.planned_at.date() + timedelta(days=5)
        tasks = [Task(title="Rà soát hồ sơ", due_on=late, **keys), Task(title="Góp sách", **keys)]
        db.session.add_all(tasks)
        db.session.commit()
        first, second = tasks[0].id, tasks[1].id
    key = filing.begun(app)

    page = enter("secretary_north", f"/filing/{key}/", width=360)
    page.locator("[data-next-step]").click()
    rows = page.locator("[data-carried]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("chậm")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(rows.first.locator(".filing-carried-note")).to_be_hidden()

    # What is said without a network is kept here and goes up later.
    page.context.set_offline(True)
    rows.first.locator(".filing-state-not_done").click()
    expect(rows.first.locator(".filing-carried-note")).to_be_visible()
    page.fill(f"[name=review-{first}-note]", "Không có kinh phí")
    expect(page.locator("[data-say-offline]")).to_be_visible()
    page.context.set_offline(False)
    filing.saved(page)

    # The other is still to be said: the review leads there.
    filing.to_the_end(page)
    lacks = page.locator("[data-lacks] a")
    expect(lacks).to_have_count(1)
    expect(lacks.first).to_contain_text("Góp sách")
    expect(page.locator("[data-send]")).to_be_disabled()
    lacks.first.click()
    expect(page.locator("#step-2")).to_be_visible()
    rows.nth(1).locator(".filing-state-open").click()
    page.goto(f"{address}/filing/{key}/#step-4")
    expect(page.locator("[data-review-list]")).to_contain_text("Rà soát hồ sơ – Không làm được")
    expect(page.locator("[data-send]")).to_be_enabled()
    page.locator("[data-send]").click()
    expect(page.locator("[data-after]")).to_be_visible(timeout=15_000)

    with app.app_context(), scope.system():
        said = db.session.scalars(select(TaskStatus).order_by(TaskStatus.task_id))
        assert [(one.task_id, one.state, one.note) for one in said] == [
            (first, TaskState.NOT_DONE, "Không có kinh phí"),
            (second, TaskState.OPEN, None),
        ]
        following = factories.new_meeting(
            factories.unit("N1"), months.add(month, 1), planned_at=held + timedelta(days=20)
        )
        db.session.commit()
        then = following.id
    page.goto(f"{address}/filing/{then}/#step-2")
    expect(page.locator("[data-carried]")).to_have_count(1)
    expect(page.locator("[data-carried]")).to_contain_text("Góp sách")
