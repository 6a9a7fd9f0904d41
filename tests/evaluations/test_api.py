"""Evaluations and criteria sets over REST, under the same rules as the screens."""

import pytest

from app.core import scope
from app.core.db import db
from app.evaluations import commands, queries
from app.meetings.rules import ScheduleState
from tests import factories, rest
from tests.evaluations.conftest import FULL, OCTOBER


@pytest.fixture
def meeting_id(app) -> int:
    with app.app_context(), scope.system():
        commands.load_published(factories.unit("NORTH"))
        made = factories.new_meeting(factories.unit("N1"), OCTOBER, state=ScheduleState.HELD)
        db.session.commit()
        return made.id


@pytest.fixture
def call(app, token):
    """``call("secretary_north", "PUT", "/5/scores/self", {…})``."""

    def send(username, method, path, body=None):
        client, headers = app.test_client(), token(username)
        address = f"/api/v1/evaluations{path}"
        # What stands there is read before, unless the body says which version was read.
        if method == "POST" or (method == "PUT" and isinstance(body, dict)):
            body = rest.seen(client, headers, address) | (body or {}) or None
        return client.open(address, method=method, json=body, headers=headers)

    return send


def test_the_month_is_walked_over_rest(call, meeting_id):
    path = f"/{meeting_id}"
    answer = call("secretary_north", "PUT", f"{path}/scores/self", {"points": FULL | {"G6": 19.5}})
    assert answer.status_code == 200, answer.json
    assert answer.json["result"] == {"total": 89.5, "rating_code": "KHA"}
    assert call("secretary_north", "POST", f"{path}/submit").json["result"] == {
        "state": "SELF_SCORED"
    }
    assert call("supervisor_north", "POST", f"{path}/verify").status_code == 200
    assert call("clerk_north", "POST", f"{path}/make_official").status_code == 200
    shown = call("analyst", "GET", path).json["result"]
    assert float(shown["official_total"]) == 89.5
    assert shown["official_rating_code"] == "KHA"
    assert shown["unit"] == {"name": "Chi bộ Bắc Một"}
    rows = call("analyst", "GET", f"{path}/scores").json["result"]
    assert [row["code"] for row in rows if row["is_leaf"]] == list(FULL)
    assert next(row for row in rows if row["code"] == "G6")["official"] == 19.5


def test_every_wrong_points_are_named_by_code(call, meeting_id):
    body = {"points": {"G1": 7, "G2": 0.3, "G5": 5}}
    answer = call("secretary_north", "PUT", f"/{meeting_id}/scores/self", body)
    assert answer.status_code == 422
    assert set(answer.json["message"]) == {"G1", "G2"}


def test_a_refused_body_opens_nothing(app, call, meeting_id):
    for body in ({"points": {"G1": 7}}, {"points": {"G1": 5}, "version": 9}, {"points": {"X": 1}}):
        assert call("secretary_north", "PUT", f"/{meeting_id}/scores/self", body).status_code > 400
    with app.app_context(), scope.system():
        assert queries.evaluation(meeting_id) is None


def test_missing_points_are_named_when_sending(call, meeting_id):
    call("secretary_north", "PUT", f"/{meeting_id}/scores/self", {"points": {"G1": 5}})
    answer = call("secretary_north", "POST", f"/{meeting_id}/submit")
    assert answer.status_code == 422
    assert set(answer.json["message"]) == set(FULL) - {"G1"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"points": {"NO": 5}}, 422),
        ({"points": {"G1": "many"}}, 400),
        ({"points": {"G1": True}}, 400),
        ({"points": {"G1": [5]}}, 400),
        ({"points": {"G1": 1e300}}, 422),
        ({"points": {"G1": "NaN"}}, 422),
        ({"points": [5]}, 400),
        ([5], 400),
        (None, 400),
        ({"points": {"G1": None}}, 200),
        ({"points": {}, "notes": {"G1": "Muộn\u0000 5 phút"}}, 200),
        ({"points": {"G1": 5}, "version": 77}, 409),
    ],
)
def test_bad_bodies_get_plain_answers(call, meeting_id, body, status):
    answer = call("secretary_north", "PUT", f"/{meeting_id}/scores/self", body)
    assert answer.status_code == status, answer.json


@pytest.mark.parametrize(
    ("username", "layer", "status"),
    [
        ("secretary_north", "official", 403),
        ("secretary_north", "verified", 403),
        ("minutes_north", "self", 403),
        ("inspector", "official", 403),
        ("secretary_south", "self", 404),
        ("analyst_south", "official", 404),
        ("secretary_north", "other", 404),
    ],
)
def test_layers_belong_to_roles(call, meeting_id, username, layer, status):
    answer = call(username, "PUT", f"/{meeting_id}/scores/{layer}", {"points": {"G1": 5}})
    assert answer.status_code == status


@pytest.mark.parametrize("step", ["submit", "verify", "make_official"])
def test_steps_belong_to_roles(call, meeting_id, step):
    call("secretary_north", "PUT", f"/{meeting_id}/scores/self", {"points": FULL})
    assert call("inspector", "POST", f"/{meeting_id}/{step}").status_code == 403
    assert call("clerk_south", "POST", f"/{meeting_id}/{step}").status_code == 404


def test_nobody_writes_totals_past_the_rules(call, meeting_id):
    call("secretary_north", "PUT", f"/{meeting_id}/scores/self", {"points": FULL})
    for method in ("PUT", "DELETE"):
        answer = call("clerk_north", method, f"/{meeting_id}", {"official_total": 100})
        assert answer.status_code in {404, 405}
    assert call("clerk_north", "POST", "/", {"meeting_id": meeting_id}).status_code in {404, 405}


def test_the_list_is_narrowed_to_a_month(call, meeting_id):
    assert call("analyst", "GET", "/?month=2026-09").json["count"] == 4
    assert call("analyst", "GET", "/?month=2026-08").json["count"] == 0
    assert call("clerk_north", "GET", "/?month=2026-09").json["count"] == 2
    assert call("analyst", "GET", "/?month=soon").status_code == 400


def test_a_criteria_set_comes_with_its_criteria_and_bands(app, token, meeting_id):
    client, headers = app.test_client(), token("secretary_north")
    listed = client.get("/api/v1/criteria_sets/", headers=headers).json
    key = next(row["id"] for row in listed["result"] if row["code"] == "HD42-2025-NATIONAL")
    shown = client.get(f"/api/v1/criteria_sets/{key}", headers=headers).json["result"]
    leaves = [row for row in shown["criteria"] if row["is_leaf"]]
    assert sum(float(row["max_points"]) for row in leaves) == 100
    assert len(shown["bands"]) == 4
    assert client.put(f"/api/v1/criteria_sets/{key}", headers=headers, json={}).status_code in {
        404,
        405,
    }


def test_a_neighbours_sets_are_not_listed(app, token, meeting_id):
    client, headers = app.test_client(), token("admin_south")
    listed = client.get("/api/v1/criteria_sets/", headers=headers).json
    assert [row["code"] for row in listed["result"]] == ["TEST"]


def test_whoever_saw_older_points_decides_about_no_newer_ones(call, meeting_id):
    path = f"/{meeting_id}"
    call("secretary_north", "PUT", f"{path}/scores/self", {"points": FULL})
    seen = call("secretary_north", "GET", f"{path}/scores").json["version"]
    call("clerk_north", "PUT", f"{path}/scores/self", {"points": {"G6": 5}})
    answer = call("secretary_north", "POST", f"{path}/submit", {"version": seen})
    assert answer.status_code == 409
    assert answer.json["version"] == seen + 1
    assert next(row["self"] for row in answer.json["theirs"] if row["code"] == "G6") == 5
    assert call("analyst", "GET", path).json["result"]["state"] == "DRAFT"
    assert call("secretary_north", "POST", f"{path}/submit", {"version": seen + 1}).json[
        "result"
    ] == {"state": "SELF_SCORED"}
