"""Superiors expected at two meetings at once: laws of the pairs, names, half-days, warnings."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.meetings import engaged
from app.meetings.clashes import (
    MOST,
    ClashKind,
    Engagement,
    clash,
    clashes,
    named,
    where,
)
from app.meetings.models import Meeting
from app.meetings.rules import ScheduleState
from tests.factories import new_meeting, new_unit, unit
from tests.meetings import OCTOBER, at_the_desk

MORNING = datetime(2026, 10, 14, 8, 0)
PEOPLE = ("le van an", "tran thi binh", "vu dinh cuc")


def at(hours: float, key: int = 2, place: str = "b", who: str = "le van an") -> Engagement:
    return Engagement(key, frozenset({who}), MORNING + timedelta(hours=hours), place)


FIRST = at(0, key=1, place="a")

engagements = st.builds(
    Engagement,
    key=st.integers(1, 40),
    who=st.frozensets(st.sampled_from(PEOPLE), max_size=2),
    starts=st.datetimes(datetime(2026, 10, 12), datetime(2026, 10, 16)),
    where=st.sampled_from(("a", "b")),
)
several = st.lists(engagements, max_size=14, unique_by=lambda one: one.key)


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (at(0), ClashKind.SAME_TIME),
        (at(1.9), ClashKind.SAME_TIME),
        (at(-1.9), ClashKind.SAME_TIME),
        (at(1, place="a"), ClashKind.SAME_TIME),
        (at(2), ClashKind.SAME_HALF_DAY),
        (at(3.9), ClashKind.SAME_HALF_DAY),
        (at(2, place="a"), None),
        (at(4), None),
        (at(24), None),
        (at(0, who="tran thi binh"), None),
        (at(0, key=1), None),
    ],
)
def test_what_clashes_with_a_meeting_at_eight_in_the_morning(other, kind):
    assert clash(FIRST, other) is kind


def test_afternoon_and_evening_are_two():
    afternoon, evening = at(6), at(11.5, key=1)
    assert clash(afternoon, evening) is None


@given(engagements, engagements)
def test_clashing_is_mutual(one, other):
    assert clash(one, other) is clash(other, one)


@given(engagements)
def test_nothing_clashes_with_itself(one):
    assert clash(one, one) is None


@given(engagements, engagements, st.integers(1, 30))
def test_moving_one_away_removes_the_clash(one, other, days):
    away = Engagement(other.key, other.who, one.starts + timedelta(days=days), other.where)
    assert clash(one, away) is None


@given(several, st.randoms())
def test_the_pairs_are_all_that_clash_and_each_is_told_once(rows, random):
    expected = {
        frozenset((one.key, other.key)) for one in rows for other in rows if clash(one, other)
    }
    shuffled = rows[:]
    random.shuffle(shuffled)
    found = [frozenset((pair.first.key, pair.second.key)) for pair in clashes(shuffled)]
    assert set(found) == expected
    assert len(found) == len(expected)


@given(several)
def test_pairs_stand_in_the_order_of_time(rows):
    found = list(clashes(rows))
    assert all(pair.first.starts <= pair.second.starts for pair in found)
    assert [one.first.starts for one in found] == sorted(one.first.starts for one in found)


def test_a_name_that_stands_everywhere_does_not_take_for_ever():
    rows = [at(0, key=number) for number in range(3_000)]
    assert MOST <= len(list(clashes(rows))) <= MOST + 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lê Văn An", {"le van an"}),
        ("  lê  văn AN ", {"le van an"}),
        ("Đ/c Lê Văn An, Phó Bí thư", {"le van an"}),
        ("Đồng chí Lê Văn An (Ban Tổ chức)", {"le van an"}),
        ("Lê Văn An - Ủy viên", {"le van an"}),
        ("Lê Văn An; Trần Thị Bình", {"le van an", "tran thi binh"}),
        ("Lê Văn An và Trần Thị Bình", {"le van an", "tran thi binh"}),
        ("Đặng Công Đức", {"dang cong duc"}),
        ("không", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_names_are_read_from_the_field(text, names):
    assert named(text) == names


def test_halls_of_two_committees_are_two_places():
    assert where("Hội  trường", "/1/2/3/") == where("hội trường", "/1/2/4/")
    assert where("Hội trường", "/1/2/3/") != where("Hội trường", "/1/5/6/")


# Warnings


@pytest.fixture
def busy(app):
    """The same superior at N1 and, half an hour later, at S1."""
    with app.app_context(), scope.system():
        keys = {
            code: new_meeting(unit(code), OCTOBER, planned_at=moment, superior=name).id
            for code, moment, name in (
                ("N1", MORNING, "Lê Văn An"),
                ("S1", MORNING + timedelta(minutes=30), "đ/c LÊ VĂN AN"),
            )
        }
        db.session.commit()
    return keys


def sentences(keys, code, path):
    with scope.entered(scope.branch(path)):
        return [
            engaged.in_words(one) for one in engaged.warned([db.session.get(Meeting, keys[code])])
        ]


def test_the_other_meeting_is_named_to_those_who_see_it(app, busy):
    with app.test_request_context(), scope.system():
        root = unit("ROOT").path
        (told,) = sentences(busy, "N1", root)
    assert "Lê Văn An" in told
    assert "Chi bộ Nam Một" in told
    assert "08:30" in told


def test_others_learn_only_that_he_is_engaged(app, busy):
    with app.test_request_context(), scope.system():
        north = unit("NORTH").path
        (told,) = sentences(busy, "N1", north)
    assert "Lê Văn An" in told
    assert "Nam" not in told
    assert "08:30" not in told


@pytest.mark.parametrize("state", [ScheduleState.POSTPONED, ScheduleState.NOT_HELD])
def test_what_is_put_off_binds_nobody(app, busy, state):
    with app.test_request_context():
        with scope.system():
            db.session.get(Meeting, busy["S1"]).state = state
            db.session.commit()
            root = unit("ROOT").path
        assert sentences(busy, "N1", root) == []


def test_practice_units_bind_nobody(app, busy):
    with app.test_request_context():
        with scope.system():
            unit("S1").is_practice = True
            db.session.commit()
            root = unit("ROOT").path
        assert sentences(busy, "N1", root) == []


def test_far_branches_are_not_asked(app, busy):
    """A namesake two committees away is somebody else."""
    with app.test_request_context():
        with scope.system():
            below = new_unit("DEEP", "Đảng bộ Sâu", "SECTION_PC", unit("NORTH"))
            cell = new_unit("D1", "Chi bộ Sâu", "SUB_CELL", below)
            key = new_meeting(cell, OCTOBER, planned_at=MORNING, superior="Lê Văn An").id
            db.session.commit()
            path, north = cell.path, unit("NORTH").path
        assert engaged.around(path) == north
        told = sentences({"D1": key}, "D1", path)
    assert len(told) == 1  # N1 stands below NORTH too, S1 does not.


@pytest.mark.parametrize(
    ("path", "branch"),
    [("/1/71/75/", "/1/"), ("/1/10/80/800/", "/1/10/"), ("/1/431/", "/1/"), ("/1/", "/1/")],
)
def test_the_branch_in_which_superiors_go_about(path, branch):
    assert engaged.around(path) == branch


def test_registering_a_clash_saves_and_warns(app, login, busy, monkeypatch):
    at_the_desk(monkeypatch)
    with app.app_context(), scope.system():
        cell = unit("N2").id
    answer = login("clerk_north").post(
        "/schedules/add",
        data={
            "unit": cell,
            "month": "10/2026",
            "type": "REGULAR",
            "planned_at": "14/10/2026 09:00",
            "place": "Phòng họp",
            "superior": "Lê Văn An",
        },
        follow_redirects=True,
    )
    page = answer.get_data(as_text=True)
    # N1 by name, S1 only as an engagement.
    assert page.count("alert-warning alert-dismissible") >= 2
    assert "Bắc Một" in page
    assert "Nam Một" not in page
    with app.app_context(), scope.system():
        found = select(Meeting).where(Meeting.unit_id == cell, Meeting.month == OCTOBER)
        assert db.session.scalars(found).one().superior == "Lê Văn An"


def test_confirming_a_clash_confirms_and_warns(app, login, busy, monkeypatch):
    at_the_desk(monkeypatch)
    answer = login("clerk_north").post(
        f"/schedules/action/confirm/{busy['N1']}", follow_redirects=True
    )
    assert "alert-warning alert-dismissible" in answer.get_data(as_text=True)
    with app.app_context(), scope.system():
        assert db.session.get(Meeting, busy["N1"]).state is ScheduleState.CONFIRMED


def test_the_page_of_a_schedule_warns(login, busy, statements):
    client = login("secretary_north")
    client.get(f"/schedules/show/{busy['N1']}")
    statements.clear()
    page = client.get(f"/schedules/show/{busy['N1']}").get_data(as_text=True)
    assert "clash-told" in page
    assert "Nam Một" not in page
    assert len(statements) <= 12
