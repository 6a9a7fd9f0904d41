"""A whole month in a practice cell, played in both roles by the forms of the application."""

import re

from sqlalchemy import select

from app.core import clock, months, scope
from app.core.db import db
from app.evaluations.models import Criterion
from app.meetings.models import Meeting
from app.people.models import Member


def the_whole_month(app, client) -> int:
    """Register, file, score and send; return, mend, approve, make official; the meeting's key."""
    meeting, absent, criteria = _known(app)
    following = months.add(months.first_of(clock.today()), 1)
    done = client.post(
        "/schedules/add",
        data={
            "unit": _unit(app),
            "month": f"{following:%m/%Y}",
            "type": "REGULAR",
            "planned_at": f"{following:04/%m/%Y} 19:30",
            "place": "Nhà văn hóa",
        },
    )
    assert done.status_code == 302, _wrong(done)
    assert client.post(
        f"/results/{meeting}/roll-call",
        data={f"status-{absent}": "EXCUSED", f"reason-{absent}": "Ốm"},
    ).location
    _file(app, client, meeting)
    points = {f"points-{key}": str(most) for key, most in criteria.items()}
    _score(client, meeting, "self", points)
    _press(client, meeting, "submit")
    client.post("/practice/play", data={"role": "DutyClerk"})
    _press(client, meeting, "return", reason="Thiếu số nghị quyết")
    client.post("/practice/play", data={"role": "Secretary"})
    _press(client, meeting, "submit")
    client.post("/practice/play", data={"role": "DutyClerk"})
    _press(client, meeting, "approve")
    client.post(f"/evaluations/action/make_official/{meeting}")
    client.post("/practice/play", data={"role": "Secretary"})
    return meeting


def _known(app) -> tuple[int, int, dict[int, int]]:
    """The meeting that waits, a member to miss it, and the criteria with their points."""
    with app.app_context(), scope.system():
        meeting = db.session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
        member = select(Member.id).where(Member.unit_id == meeting.unit_id).offset(3)
        leaves = select(Criterion).where(Criterion.is_leaf).order_by(Criterion.id.desc()).limit(2)
        points = {one.id: int(one.max_points) for one in db.session.scalars(leaves)}
        return meeting.id, db.session.scalar(member), points


def _unit(app) -> int:
    with app.app_context(), scope.system():
        return db.session.scalar(select(Meeting.unit_id).order_by(Meeting.id.desc()))


def _file(app, client, meeting: int) -> None:
    with app.app_context(), scope.system():
        row = db.session.get(Meeting, meeting)
        held, version = row.planned_at, row.version
    done = client.post(
        f"/results/edit/{meeting}",
        data={
            "version": version,
            "started_at": f"{held:%d/%m/%Y} 19:30",
            "ended_at": f"{held:%d/%m/%Y} 21:10",
            "speakers": "4",
            "minutes_present": "y",
        },
    )
    assert done.status_code == 302, _wrong(done)


def _score(client, meeting: int, layer: str, points: dict[str, str]) -> None:
    address = f"/evaluations/{meeting}/score?layer={layer}"
    version = re.search(r'name="version" value="(\d+)"', client.get(address).text)[1]
    done = client.post(address, data={**points, "then": "onward", "version": version})
    assert done.status_code == 302, _wrong(done)


def _press(client, meeting: int, name: str, **given: str) -> None:
    if given:
        data = {"action": name, "rowid": str(meeting), **given}
        done = client.post("/results/action_post", data=data)
    else:
        done = client.post(f"/results/action/{name}/{meeting}")
    assert done.status_code == 302, _wrong(done)


def _wrong(answer) -> str:
    """What a page that came back complains of."""
    lines = answer.text.splitlines()
    marks = ("field-error", "alert-danger", "field-wrong")
    return "\n".join(
        " ".join(lines[at : at + 8])
        for at, line in enumerate(lines)
        if any(m in line for m in marks)
    )
