"""A meeting of seventeen members to be filed, and the calls by which a browser files it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.evaluations.models import Evaluation
from app.filing.models import FilingDraft
from app.meetings.models import Meeting
from app.people.models import ActivitySpell, Member
from app.people.rules import ActivityState
from tests import factories
from tests.meetings import OCTOBER, at_the_desk

MORE = (
    *("Đặng Văn Giang", "Bùi Thị Hà", "Đỗ Quang Hải", "Hồ Thu Hằng", "Ngô Minh Hiếu"),
    *("Dương Văn Khoa", "Lý Thị Lan", "Võ Quang Long", "Phan Thu Mai", "Trịnh Minh Nam"),
    *("Đinh Văn Phúc", "Mai Thị Quyên"),
)


def seventeen(code: str = "N1") -> list[int]:
    """Give the cell seventeen members, the last two exempt and temporarily elsewhere; their ids."""
    cell = factories.unit(code)
    where = {"unit_id": cell.id, "unit_path": cell.path}
    db.session.add_all(
        Member(full_name=name, joined_on=factories.FOUNDED, **where) for name in MORE
    )
    db.session.flush()
    found = db.session.scalars(
        select(Member.id).where(Member.unit_id == cell.id).order_by(Member.id)
    )
    ids = list(found)
    for key, state in zip(ids[-2:], (ActivityState.EXEMPT, ActivityState.TEMP_OUT), strict=True):
        db.session.add(ActivitySpell(member_id=key, state=state, from_on=date(2026, 1, 1), **where))
    db.session.flush()
    return ids


@pytest.fixture(autouse=True)
def _in_october(request: pytest.FixtureRequest) -> None:
    if "monkeypatch" in request.fixturenames or "app" in request.fixturenames:
        at_the_desk(request.getfixturevalue("monkeypatch"))


@dataclass(frozen=True)
class World:
    """The meeting of N1 in October 2026, at 14:00 on the fourth, and who is on the roll."""

    app: Flask
    meeting: int
    members: list[int]

    @contextmanager
    def rows(self) -> Iterator[Meeting]:
        """The meeting as the database has it, in the scope of the system."""
        with self.app.app_context(), scope.system():
            row = db.session.get(Meeting, self.meeting)
            assert row is not None
            yield row

    def change(self, **values: Any) -> None:
        """Set columns of the meeting behind everybody's back."""
        with self.rows() as row:
            for name, value in values.items():
                setattr(row, name, value)
            db.session.commit()

    def draft(self) -> FilingDraft | None:
        """The unfinished part as the database has it."""
        with self.rows() as row:
            found = db.session.scalars(
                select(FilingDraft).where(FilingDraft.meeting_id == row.id)
            ).first()
            if found:
                db.session.expunge(found)
            return found

    def evaluation(self) -> Evaluation | None:
        """The evaluation as the database has it."""
        with self.rows() as row:
            found = db.session.get(Evaluation, row.id)
            if found:
                db.session.expunge(found)
            return found


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context(), scope.system():
        ids = seventeen()
        row = factories.new_meeting(
            factories.unit("N1"), OCTOBER, planned_at=datetime(2026, 10, 4, 14, 0)
        )
        key = row.id
        db.session.commit()
    return World(app, key, ids)


class Browser:
    """One window of an account: it knows what the server told it last, and numbers its saves."""

    def __init__(self, client: Any, world: World, name: str) -> None:
        self.client, self.world, self.name = client, world, name
        self.seq = 0
        self.base: dict[str, str] = self.look()["values"]

    def look(self) -> dict[str, Any]:
        """What the server holds."""
        return self.client.get(f"/filing/{self.world.meeting}/draft").json

    def body(self, **changes: str) -> dict[str, Any]:
        """The next save; fields that are no names in Python have dashes for double underscores."""
        named = {name.replace("__", "-"): text for name, text in changes.items()}
        self.seq += 1
        base = {name: self.base.get(name, "") for name in named}
        return {"client": self.name, "seq": self.seq, "changes": named, "base": base}

    def put(self, body: dict[str, Any], *, to: str = "draft") -> Any:
        """Send a save as it is; what the server answers is known from then on."""
        answer = self.client.post(f"/filing/{self.world.meeting}/{to}", json=body)
        if answer.status_code == 200:
            self.base = answer.json["values"]
        return answer

    def save(self, **changes: str) -> Any:
        """Save these fields."""
        return self.put(self.body(**changes))

    def send(self, **changes: str) -> Any:
        """Save these fields and send the result."""
        return self.put(self.body(**changes), to="send")

    def full(self) -> dict[str, str]:
        """All that a result needs, with full points wherever the facts give none."""
        score = self.look()["score"] or {"criteria": {}}
        points = {
            f"points__{key}": {"1": "60", "2": "40"}[str(number)]
            for number, key in enumerate(sorted(score["criteria"], key=int), 1)
        }
        return {
            "held_on": "04/10/2026",
            "started": "14:00",
            "ended": "15:45",
            "called": "1",
        } | points


@pytest.fixture
def window(login: Callable[[str], Any], world: World) -> Callable[..., Browser]:
    """``window("secretary_north")``: a window of that account on the meeting's filing."""
    numbers = iter(range(1, 100))

    def make(username: str) -> Browser:
        return Browser(login(username), world, f"{username}-{next(numbers)}")

    return make
