"""Which types of meeting a unit holds: by command, in the form and over REST."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.meetings import commands
from app.meetings.holders import OF_CELLS, OF_COMMITTEES, OF_GROUPS
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType
from app.units.models import Unit, UnitVersion
from app.units.rules import UnitEvent
from tests.factories import new_meeting, new_unit, unit
from tests.meetings import NOW, OCTOBER, refused, who

Login = Callable[[str], FlaskClient]
HOLDERS = {"N1": OF_CELLS, "TO1": OF_GROUPS, "NORTH": OF_COMMITTEES, "ROOT": OF_COMMITTEES}


pytestmark = pytest.mark.usefixtures("in_october")


def register(owner: Unit, kind: MeetingType) -> Meeting:
    made = Meeting(
        unit=owner,
        month=OCTOBER,
        type=kind,
        planned_at=datetime.fromisoformat("2026-10-06 19:30"),
        place="Nhà văn hóa",
    )
    commands.register(made, by=who("analyst"), at=NOW)
    db.session.flush()
    return made


def offered(page: str) -> set[str]:
    return {kind.name for kind in MeetingType if f'value="{kind.name}"' in page}


@pytest.mark.usefixtures("system")
class TestByCommand:
    @pytest.mark.parametrize("kind", MeetingType)
    @pytest.mark.parametrize("code", HOLDERS)
    def test_a_unit_holds_what_is_its_own(self, code: str, kind: MeetingType) -> None:
        owner = new_unit("TO1", "Tổ đảng Một", "GROUP", unit("N1")) if code == "TO1" else unit(code)
        if kind in HOLDERS[code]:
            assert register(owner, kind).type is kind
        else:
            refused(lambda: register(owner, kind), "type")

    def test_who_is_refused_is_told_what_would_do(self, app: Flask) -> None:
        with app.test_request_context(headers={"Accept-Language": "en"}):
            told = refused(lambda: register(unit("NORTH"), MeetingType.REGULAR), "type")
        assert "Party committee meeting, Thematic meeting, Extraordinary meeting" in told

    def test_what_was_registered_before_keeps_its_type(self) -> None:
        old, clerk = new_meeting(unit("NORTH"), OCTOBER), who("clerk_north")
        old.place = "Phòng họp tầng hai"
        commands.change_schedule(old, by=clerk, at=NOW)
        db.session.flush()
        old.type = MeetingType.COMMITTEE
        refused(lambda: commands.change_schedule(old, by=clerk, at=NOW), "type")
        old.type = MeetingType.BOARD
        commands.change_schedule(old, by=clerk, at=NOW)

    def test_a_unit_that_became_another_kind_holds_what_it_is_on_the_day(self) -> None:
        cell, clerk = unit("N1"), who("clerk_north")
        planned = register(cell, MeetingType.REGULAR)
        promoted(cell, date(2026, 10, 10))
        planned.planned_at = datetime.fromisoformat("2026-10-08 19:30")
        commands.change_schedule(planned, by=clerk, at=NOW)
        db.session.flush()
        planned.planned_at = datetime.fromisoformat("2026-10-20 19:30")
        refused(lambda: commands.change_schedule(planned, by=clerk, at=NOW), "type")


def promoted(cell: Unit, day: date) -> None:
    """Let the cell be a committee from that day on."""
    version = db.session.scalars(select(UnitVersion).where(UnitVersion.unit_id == cell.id)).one()
    version.valid_to = day
    db.session.flush()
    later = UnitVersion(
        unit_id=cell.id,
        unit_path=cell.path,
        parent_id=cell.parent_id,
        name=cell.name,
        short_name=cell.short_name,
        kind_code="SECTION_PC",
        event=UnitEvent.PROMOTE,
        valid_from=day,
    )
    db.session.add(later)
    cell.kind_code, cell.is_cell = "SECTION_PC", False
    db.session.flush()


@pytest.fixture
def keys(app: Flask) -> dict[str, int]:
    with app.app_context(), scope.system():
        return {code: unit(code).id for code in ("N1", "NORTH")}


class TestForm:
    def test_a_cell_is_offered_what_cells_hold(self, login: Login) -> None:
        assert offered(login("secretary_north").get("/schedules/add").text) == {
            kind.name for kind in OF_CELLS
        }

    def test_a_clerk_is_offered_all_until_the_unit_is_known(self, login: Login, keys) -> None:
        browser = login("clerk_north")
        assert len(offered(browser.get("/schedules/add").text)) == len(MeetingType)
        page = browser.get(f"/schedules/add?unit={keys['NORTH']}").text
        assert offered(page) == {kind.name for kind in OF_COMMITTEES}
        assert 'value="BOARD" selected' in page or 'selected value="BOARD"' in page

    def test_the_form_asks_for_the_types_of_the_unit_chosen(self, login: Login, keys) -> None:
        browser = login("clerk_north")
        assert 'data-narrow-url="/schedules/types"' in browser.get("/schedules/add").text

        def types(**asked: object) -> list[str]:
            answer = browser.get("/schedules/types", query_string=asked)
            return [name for name, _label in answer.get_json()["choices"]]

        assert types(unit=keys["NORTH"], month="10/2026") == [kind.name for kind in OF_COMMITTEES]
        assert types(unit=keys["N1"], planned_at="x") == [kind.name for kind in OF_CELLS]
        assert types() == types(unit=10**9) == [kind.name for kind in MeetingType]

    def test_the_types_follow_the_day(self, app: Flask, login: Login, keys) -> None:
        with app.app_context(), scope.system():
            promoted(unit("N1"), date(2026, 10, 10))
            db.session.commit()
        browser = login("clerk_north")
        for day, held in (("09/10/2026 19:30", OF_CELLS), ("10/10/2026 19:30", OF_COMMITTEES)):
            asked = {"unit": keys["N1"], "month": "10/2026", "planned_at": day}
            found = browser.get("/schedules/types", query_string=asked).get_json()["choices"]
            assert [name for name, _label in found] == [kind.name for kind in held]

    def test_types_of_a_foreign_unit_are_not_told(self, login: Login, keys) -> None:
        browser = login("clerk_south")
        found = browser.get("/schedules/types", query_string={"unit": keys["NORTH"]}).get_json()
        assert len(found["choices"]) == len(MeetingType)

    def test_a_type_that_does_not_fit_is_refused_beside_it(self, login: Login, keys) -> None:
        sent = {
            "unit": str(keys["NORTH"]),
            "month": "10/2026",
            "type": "REGULAR",
            "planned_at": "06/10/2026 19:30",
            "place": "Phòng họp",
        }
        page = login("clerk_north").post("/schedules/add", data=sent)
        assert page.status_code == 200
        assert 'id="type-error"' in page.text
        # What fits is there to be chosen, and what was chosen is not lost.
        assert offered(page.text) == {kind.name for kind in OF_COMMITTEES} | {"REGULAR"}
        good = login("clerk_north").post("/schedules/add", data=sent | {"type": "BOARD"})
        assert good.status_code == 302

    def test_an_older_one_opens_with_its_type(self, app: Flask, login: Login) -> None:
        with app.app_context(), scope.system():
            key = new_meeting(unit("NORTH"), OCTOBER).id
            db.session.commit()
        browser = login("clerk_north")
        assert browser.get(f"/schedules/show/{key}").status_code == 200
        page = browser.get(f"/schedules/edit/{key}").text
        assert offered(page) == {kind.name for kind in OF_COMMITTEES} | {"REGULAR"}


def test_over_rest_it_is_the_same(app: Flask, token, keys) -> None:
    def send(kind: str) -> tuple[int, dict]:
        body = {
            "unit": keys["N1"],
            "month": "2026-10-01",
            "type": kind,
            "planned_at": "2026-10-06T19:30:00",
            "place": "Nhà văn hóa",
        }
        head = token("clerk_north")
        answer = app.test_client().post("/api/v1/schedules/", json=body, headers=head)
        return answer.status_code, answer.get_json()

    status, body = send("BOARD")
    assert (status, list(body["message"])) == (422, ["type"])
    assert send("COMMITTEE")[0] == 201
