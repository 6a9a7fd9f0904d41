"""Schedules and results over REST: the same rules, scope and messages as the screens."""

from collections.abc import Callable
from datetime import date

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.core import scope
from app.core.db import db
from app.meetings.api import MeetingApi, ScheduleApi
from app.meetings.models import Meeting, Task
from app.meetings.rules import ResultState, ScheduleState
from app.people.models import Member
from tests import rest
from tests.factories import new_meeting, unit
from tests.meetings import OCTOBER

Token = Callable[[str], dict[str, str]]
TIMES = {"started_at": "2026-10-04T14:00:00", "ended_at": "2026-10-04T15:45:00"}


pytestmark = pytest.mark.usefixtures("in_october")


@pytest.fixture
def key(app: Flask) -> int:
    """A meeting of N1 in October."""
    with app.app_context(), scope.system():
        made = new_meeting(unit("N1"), OCTOBER).id
        db.session.commit()
    return made


@pytest.fixture
def send(app: Flask, token: Token) -> Callable[..., tuple[int, dict]]:
    """``send("clerk_north", "POST", "results/1/submit", {…})`` → status and body.

    What stands there is read before, unless ``body`` says which version was read.
    """

    def do(username: str, method: str, path: str, body: object = None) -> tuple[int, dict]:
        client, headers = app.test_client(), token(username) | {"Accept-Language": "vi"}
        address = f"/api/v1/{path}"
        if method != "GET" and (body is None or isinstance(body, dict)):
            body = rest.seen(client, headers, address) | (body or {}) or None
        answer = client.open(address, method=method, json=body, headers=headers)
        return answer.status_code, answer.get_json(silent=True) or {}

    return do


def state(app: Flask, key: int) -> tuple[ScheduleState, ResultState]:
    with app.app_context(), scope.system():
        row = db.session.get(Meeting, key)
        assert row is not None
        return row.state, row.result_state


def test_the_whole_month_over_rest(app: Flask, send, key: int) -> None:
    with app.app_context(), scope.system():
        cell = unit("N1").id
        first = db.session.scalars(select(Member.id).where(Member.unit_id == cell)).first()
    cell_user, clerk = "secretary_north", "clerk_north"
    assert send(clerk, "POST", f"schedules/{key}/confirm")[0] == 200
    assert send(cell_user, "PUT", f"results/{key}", TIMES)[0] == 200
    status, body = send(cell_user, "GET", f"results/{key}/roll-call")
    assert (status, body["by_names"], len(body["members"])) == (200, True, 5)
    marks = {"exceptions": [{"member": first, "status": "EXCUSED", "reason": "Ốm"}]}
    status, body = send(cell_user, "PUT", f"results/{key}/roll-call", marks)
    assert (status, body["result"]["attended"], body["result"]["due"]) == (200, 4, 5)
    assert send(cell_user, "POST", f"results/{key}/submit")[0] == 200
    status, body = send(clerk, "POST", f"results/{key}/return", {"reason": "Thiếu"})
    assert (status, body["result"]["return_reason"]) == (200, "Thiếu")
    assert send(cell_user, "POST", f"results/{key}/submit")[0] == 200
    assert send(clerk, "POST", f"results/{key}/approve")[0] == 200
    assert send(clerk, "POST", f"results/{key}/lock")[0] == 200
    assert state(app, key) == (ScheduleState.HELD, ResultState.LOCKED)


def test_a_schedule_is_registered_and_read(app: Flask, send) -> None:
    with app.app_context(), scope.system():
        cell = unit("N2").id
    body = {
        "unit": cell,
        "month": "2026-10-01",
        "type": "REGULAR",
        "planned_at": "2026-10-06T12:30:00+00:00",
        "place": "Nhà văn hóa",
    }
    status, made = send("clerk_north", "POST", "schedules/", body)
    assert status == 201
    status, shown = send("clerk_north", "GET", f"schedules/{made['id']}")
    assert shown["result"]["planned_at"] == "2026-10-06T19:30:00"
    assert send("clerk_north", "POST", "schedules/", body)[0] == 422
    assert send("secretary_north", "POST", "schedules/", body)[0] == 422
    late = {"planned_at": "2026-12-06T12:30:00"}
    status, wrong = send("clerk_north", "PUT", f"schedules/{made['id']}", late)
    assert (status, list(wrong["message"])) == (422, ["planned_at"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        (
            "PUT",
            "results/{}/roll-call",
            {"exceptions": [{"member": "x", "status": "EXCUSED"}]},
            422,
        ),
        ("PUT", "results/{}/roll-call", {"exceptions": [{"member": 1, "status": "DANCE"}]}, 422),
        ("PUT", "results/{}/roll-call", {"exceptions": [{"member": 1, "status": "EXCUSED"}]}, 422),
        ("PUT", "results/{}/roll-call", {"counts": {"on_roll": 5, "present": 5}}, 422),
        ("PUT", "results/{}/roll-call", {"counts": {"on_roll": "five"}}, 422),
        ("PUT", "results/{}/roll-call", {"counts": {"heads": 5}}, 422),
        ("PUT", "results/{}/roll-call", {}, 422),
        ("PUT", "results/{}/roll-call", {"exceptions": [], "counts": {}}, 422),
        ("PUT", "results/{}/roll-call", {"exceptions": [], "version": 999}, 409),
        ("PUT", "results/{}/roll-call", {"exceptions": [], "version": True}, 409),
        ("PUT", "results/{}/roll-call", [], 400),
        ("PUT", "results/{}", {"started_at": "yesterday"}, 422),
        ("PUT", "results/{}", {"due": 1}, 422),
        ("PUT", "results/{}", {"result_state": "APPROVED"}, 422),
        ("PUT", "results/{}", {"started_at": "2026-10-04T14:00:00+07:00", "ended_at": None}, 200),
        ("POST", "results/{}/submit", None, 422),
        ("POST", "schedules/{}/postpone", {}, 422),
        ("POST", "schedules/{}/postpone", {"reason": 5}, 422),
        ("POST", "schedules/{}/postpone", {"reason": "Bão"}, 200),
        ("POST", "schedules/{}/confirm", None, 403),
        ("POST", "results/{}/approve", None, 403),
        ("POST", "results/{}/lock", None, 403),
        ("GET", "results/99999999999999999999/roll-call", None, 404),
        ("POST", "results/x/submit", None, 404),
    ],
)
def test_what_is_wrong_is_said_plainly(send, key, method, path, body, status) -> None:
    answer = send("secretary_north", method, path.format(key), body)
    assert answer[0] == status, answer


def test_the_superior_cannot_decide_what_was_not_sent(send, key: int) -> None:
    for step in ("approve", "lock"):
        assert send("clerk_north", "POST", f"results/{key}/{step}")[0] == 422
    assert send("clerk_north", "POST", f"results/{key}/return", {"reason": "x"})[0] == 422


@pytest.mark.parametrize("username", ["secretary_south", "clerk_south"])
def test_a_foreign_meeting_does_not_exist(app: Flask, send, key: int, username: str) -> None:
    for method, path, body in (
        ("GET", f"schedules/{key}", None),
        ("GET", f"results/{key}", None),
        ("GET", f"results/{key}/roll-call", None),
        ("PUT", f"results/{key}", TIMES),
        ("PUT", f"results/{key}/roll-call", {"exceptions": []}),
        ("POST", f"results/{key}/submit", None),
        ("POST", f"schedules/{key}/not-held", {"reason": "x"}),
    ):
        assert send(username, method, path, body)[0] == 404, path
    assert state(app, key) == (ScheduleState.REGISTERED, ResultState.NONE)
    status, body = send(username, "GET", "results/?q=(page_size:100)")
    assert status == 200
    assert key not in body["ids"]


def test_every_operation_is_described(app: Flask) -> None:
    spec = APISpec("Nếp", "v1", "3.0.2", plugins=[MarshmallowPlugin()])
    with app.test_request_context():
        for view in app.extensions["appbuilder"].baseviews:
            if isinstance(view, MeetingApi):
                view.add_api_spec(spec)
    paths = spec.to_dict()["paths"]
    for path, method in (
        ("/api/v1/results/{pk}/submit", "post"),
        ("/api/v1/results/{pk}/roll-call", "put"),
        ("/api/v1/results/{pk}/roll-call", "get"),
        ("/api/v1/schedules/{pk}/not-held", "post"),
    ):
        assert paths[path][method]["summary"]
    assert "428" in paths["/api/v1/schedules/{pk}"]["put"]["description"]


@pytest.mark.parametrize("month", ["1950-01-01", "2019-12-01"])
def test_a_month_before_the_unit_is_refused_over_rest(app: Flask, send, month: str) -> None:
    with app.app_context(), scope.system():
        cell = unit("N1").id
    body = {"unit": cell, "month": month, "type": "REGULAR", "place": "Hội trường"}
    # A meeting may be held in the first days of the next month: then the unit existed.
    sent = body | {"planned_at": "2020-01-03T14:00:00"}
    status, answer = send("clerk_north", "POST", "schedules/", sent)
    assert status == 422, answer


def test_a_second_word_about_a_task_does_not_silently_replace_the_first(
    app: Flask, send, key: int
) -> None:
    with app.app_context(), scope.system():
        given = new_meeting(unit("N1"), date(2026, 8, 1))
        row = {"meeting_id": given.id, "unit_id": given.unit_id, "unit_path": given.unit_path}
        db.session.add(Task(title="Rà soát sổ sách", **row))
        db.session.commit()
    send("secretary_north", "PUT", f"results/{key}", TIMES)
    seen = send("secretary_north", "GET", f"results/{key}")[1]["result"]["version"]
    task = send("secretary_north", "GET", f"results/{key}/tasks")[1]["tasks"][0]["task"]

    def say(username: str, state: str) -> tuple[int, dict]:
        words = [{"task": task, "state": state, "note": state}]
        return send(username, "PUT", f"results/{key}/tasks", {"tasks": words, "version": seen})

    assert say("secretary_north", "DONE")[0] == 200
    status, body = say("clerk_north", "NOT_DONE")
    assert (status, body.get("version")) == (409, seen + 1)
    assert send("analyst", "GET", f"results/{key}/tasks")[1]["tasks"][0]["state"] == "DONE"


def test_a_second_roll_call_with_the_same_numbers_does_not_silently_replace_the_first(
    app: Flask, send, key: int
) -> None:
    with app.app_context(), scope.system():
        cell = unit("N1").id
        one, two = db.session.scalars(select(Member.id).where(Member.unit_id == cell).limit(2))
    send("secretary_north", "PUT", f"results/{key}", TIMES)

    def call(username: str, member: int, seen: int | None) -> tuple[int, dict]:
        marks = [{"member": member, "status": "EXCUSED", "reason": "Ốm"}]
        body = {"exceptions": marks} | ({"version": seen} if seen else {})
        return send(username, "PUT", f"results/{key}/roll-call", body)

    call("secretary_north", one, None)
    seen = send("secretary_north", "GET", f"results/{key}")[1]["result"]["version"]
    assert call("secretary_north", two, seen)[0] == 200
    assert call("clerk_north", one, seen)[0] == 409
    assert call("secretary_north", two, seen + 1)[1]["result"]["version"] == seen + 1


def test_a_database_that_is_away_is_no_mistake_of_who_asks(app: Flask, send, key, monkeypatch):
    def away(*_given: object, **_more: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("server closed the connection"))

    monkeypatch.setattr(ScheduleApi, "change", staticmethod(away))
    body = {"planned_at": "2026-10-06T14:00:00"}
    assert send("secretary_north", "PUT", f"schedules/{key}", body)[0] == 503
