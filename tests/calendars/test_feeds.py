"""Addresses of calendars: told once, revocable, silent to strangers; what programs are given."""

import logging
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from app import create_app
from app.calendars import commands, feed_views, feeds
from app.calendars.models import CalendarFeed
from app.core import clock, errors, scope
from app.core.clock import OFFICE
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings.rules import MeetingType, ScheduleState
from app.security import roles
from app.security.commands import set_password
from app.security.models import Assignment, AuditEntry
from app.security.rules import RoleName
from tests.factories import CAST, account, new_meeting, unit
from tests.meetings import OCTOBER, who

PLANNED = datetime(2026, 10, 14, 8, 0)
READERS = [name for name, role, *_ in CAST if role]


pytestmark = pytest.mark.usefixtures("in_october")


@pytest.fixture
def made(app):
    """``made("N1", state=…)`` writes an October meeting and answers its id."""

    def make(code="N1", **values):
        with app.app_context(), scope.system():
            row = new_meeting(unit(code), OCTOBER, **({"planned_at": PLANNED} | values))
            key = row.id
            db.session.commit()
        return key

    return make


@pytest.fixture
def subscribe(login):
    """``subscribe("clerk_north", alarm="1")``: the path of a new address."""

    def make(username, **chosen):
        answer = login(username).post("/calendar/phone/create", data=chosen)
        assert answer.status_code == 200
        return re.search(r"/calendar/feed/[\w-]{43}\.ics", answer.get_data(as_text=True))[0]

    return make


@pytest.fixture
def knock(app):
    """``knock(path)``: what a calendar program without cookies is answered."""

    def ask(path, **headers):
        return app.test_client().get(path, headers=headers)

    return ask


@pytest.fixture
def events(knock):
    def read(path):
        answer = knock(path)
        assert answer.status_code == 200
        return {
            int(str(event["uid"]).split("-")[1]): event
            for event in Calendar.from_ical(answer.data).walk("VEVENT")
        }

    return read


def change(app, do):
    """Do something to the database in the system's scope."""
    with app.app_context(), scope.system():
        do()
        db.session.commit()


# The address


@pytest.mark.parametrize("username", READERS)
def test_every_reader_makes_an_address_and_reads_by_it(subscribe, knock, username):
    answer = knock(subscribe(username))
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"


def test_the_address_is_shown_once_and_only_its_hash_is_kept(app, login):
    client = login("clerk_north")
    page = client.post("/calendar/phone/create").get_data(as_text=True)
    secret = re.search(r"feed/([\w-]{43})\.ics", page)[1]
    assert "<svg" in page
    assert "webcal://" in page
    assert secret not in client.get("/calendar/phone/").get_data(as_text=True)
    with app.app_context(), scope.system():
        feed = db.session.scalars(select(CalendarFeed)).one()
        assert feed.secret_hash == commands.hashed(secret)
        everything = "".join(
            str(db.session.execute(text(f'SELECT t::text FROM "{table}" t')).all())
            for table in db.metadata.tables
        )
        assert secret not in everything


def test_two_secrets_are_never_alike(subscribe):
    assert subscribe("clerk_north") != subscribe("clerk_north")


def test_an_address_is_revoked_at_once(subscribe, knock, login):
    path = subscribe("clerk_north")
    assert knock(path).status_code == 200
    login("clerk_north").post("/calendar/phone/revoke")
    assert knock(path).status_code == 404
    again = login("clerk_north").post("/calendar/phone/revoke", follow_redirects=True)
    assert again.status_code == 200


def test_a_new_address_ends_the_one_before(subscribe, knock):
    old, new = subscribe("clerk_north"), subscribe("clerk_north")
    assert knock(old).status_code == 404
    assert knock(new).status_code == 200


def closed():
    account("clerk_north").active = False


def ended():
    held = db.session.scalars(
        select(Assignment).where(Assignment.account_id == account("clerk_north").id)
    ).one()
    held.valid_to = date(2026, 10, 5)


def not_begun():
    held = db.session.scalars(
        select(Assignment).where(Assignment.account_id == account("clerk_north").id)
    ).one()
    held.valid_from = date(2026, 10, 6)


def given_another_password():
    set_password(account("clerk_north"), "another-long-password")


def unit_ceased():
    unit("NORTH").valid_to = date(2026, 10, 5)


@pytest.mark.parametrize(
    "happened", [closed, ended, not_begun, given_another_password, unit_ceased]
)
def test_an_address_ends_with_what_it_stands_on(app, subscribe, knock, happened):
    path = subscribe("clerk_north")
    change(app, happened)
    assert knock(path).status_code == 404


@pytest.mark.parametrize("screen", ["Schedules", "CalendarFeed"])
def test_an_address_ends_when_the_role_may_no_longer_read(subscribe, knock, monkeypatch, screen):
    path = subscribe("clerk_north")
    less = {
        name: words for name, words in roles.ROLES[RoleName.DutyClerk].items() if name != screen
    }
    monkeypatch.setattr(roles, "ROLES", roles.ROLES | {RoleName.DutyClerk: less})
    roles.rights.cache_clear()
    assert knock(path).status_code == 404
    roles.rights.cache_clear()


def test_nobody_learns_why_an_address_opens_nothing(app, subscribe, knock, login):
    """Unknown, revoked and ended addresses are answered with the same page."""
    revoked = subscribe("clerk_north")
    login("clerk_north").post("/calendar/phone/revoke")
    shut = subscribe("secretary_north")
    change(app, lambda: setattr(account("secretary_north"), "active", False))
    unknown = "/calendar/feed/" + "x" * 43 + ".ics"
    nonce = re.compile(r'nonce="[^"]*"')
    answers = [
        (answer.status_code, nonce.sub("", answer.get_data(as_text=True)))
        for answer in map(knock, (unknown, revoked, shut))
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 404


@pytest.mark.parametrize("token", ["", "x", "x" * 5_000, "%00", "ü" * 43, "../../x", "' OR 1=1 --"])
def test_odd_addresses_are_not_found(knock, token):
    assert knock(f"/calendar/feed/{token}.ics").status_code in {400, 404, 308}


def test_too_many_wrong_addresses_are_refused_and_right_ones_are_not_counted(app, subscribe):
    path = subscribe("clerk_north")
    kept = ("TESTING", "EMBEDDED", "DATABASE_OWNER_URL", "SQLALCHEMY_DATABASE_URI")
    limited = create_app(**{name: app.config[name] for name in kept}, RATELIMIT_ENABLED=True)
    client = limited.test_client()
    most = int(feed_views.MISSES.split()[0])
    assert {client.get(path).status_code for _ in range(most + 5)} == {200}
    codes = [
        client.get(f"/calendar/feed/{number:043}.ics").status_code for number in range(most + 5)
    ]
    assert codes[0] == 404
    assert codes[-1] == 429
    with limited.app_context():
        db.engine.dispose()


def test_strangers_see_and_revoke_nothing(app, subscribe, knock, login):
    path = subscribe("clerk_north")
    client = login("clerk_south")
    assert "/calendar/phone/revoke" not in client.get("/calendar/phone/").get_data(as_text=True)
    client.post("/calendar/phone/revoke")
    login("admin_north").post("/calendar/phone/revoke")
    assert knock(path).status_code == 200


def test_the_database_shows_an_address_to_its_account_only(app, subscribe):
    subscribe("clerk_north")
    with app.app_context():
        with scope.system():
            root, clerk = unit("ROOT").path, account("clerk_north").id
            other = account("admin").id
        with scope.entered(scope.branch(root, account=other)):
            assert db.session.scalars(select(CalendarFeed)).all() == []
        with scope.entered(scope.branch(root, account=clerk)):
            feed = db.session.scalars(select(CalendarFeed)).one()
            with pytest.raises(ProgrammingError):
                db.session.execute(text("DELETE FROM calendar_feed"))
            assert feed.account_id == clerk


def test_making_and_revoking_stand_in_the_audit_log(app, subscribe, login):
    path = subscribe("clerk_north")
    login("clerk_north").post("/calendar/phone/revoke")
    with app.app_context(), scope.system():
        told = db.session.scalars(
            select(AuditEntry).where(AuditEntry.subject == "calendar_feed").order_by(AuditEntry.id)
        ).all()
        assert [(one.action, one.username) for one in told] == [
            ("open_feed", "clerk_north"),
            ("revoke_feed", "clerk_north"),
        ]
        assert path.split("/")[-1][:10] not in str([one.detail for one in told])


def test_an_address_never_stands_in_the_log(subscribe, knock, monkeypatch, caplog):
    path = subscribe("clerk_north")
    monkeypatch.setattr(feeds, "answer", lambda *_: 1 / 0)
    with caplog.at_level(logging.DEBUG):
        assert knock(path).status_code == 500
    secret = path.removeprefix("/calendar/feed/").removesuffix(".ics")
    assert errors.log.name in caplog.text
    assert "/calendar/feed/….ics" in caplog.text
    assert secret not in caplog.text


def test_a_reader_gets_no_session_and_writes_nothing(subscribe, knock):
    path = subscribe("clerk_north")
    assert "Set-Cookie" not in knock(path).headers
    assert knock(path.replace(".ics", "")).status_code == 404


# What programs are given


def test_a_branch_is_told_its_own_meetings_only(made, subscribe, events):
    north, south = made("N1"), made("S1")
    clerk = events(subscribe("clerk_north"))
    assert north in clerk
    assert south not in clerk
    assert {north, south} <= set(events(subscribe("analyst")))
    assert set(events(subscribe("secretary_south"))) & {north, south} == {south}


def test_a_meeting_stands_at_the_offices_time(made, subscribe, events, knock):
    key = made("N1")
    path = subscribe("clerk_north")
    event = events(path)[key]
    assert event["dtstart"].dt == PLANNED.replace(tzinfo=OFFICE)
    assert event["dtstart"].dt.astimezone(UTC) == datetime(2026, 10, 14, 1, 0, tzinfo=UTC)
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=2)
    assert event["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    (zone,) = Calendar.from_ical(knock(path).data).walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Ho_Chi_Minh"
    assert zone.to_tz().utcoffset(PLANNED) == timedelta(hours=7)


def test_what_people_typed_is_escaped(made, subscribe, events, knock):
    place = "Nhà A; phòng 2, tầng 3\\4\nATTENDEE:mailto:x@y.example\r\nEND:VEVENT" + "ư" * 90
    key = made("N1", place=place)
    path = subscribe("clerk_north")
    event = events(path)[key]
    assert str(event["location"]).split("\n")[0] == "Nhà A; phòng 2, tầng 3\\4"
    assert "attendee" not in event
    lines = knock(path).data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"END:VEVENT" + "ư".encode() not in knock(path).data


def test_no_member_is_named(made, subscribe, knock):
    made("N1", chair="Hoàng Chủ Trì", superior="Đỗ Cấp Trên", topic="Chuyện của Vũ Thành Viên")
    body = knock(subscribe("clerk_north")).get_data(as_text=True).replace("\r\n ", "")
    assert "Bắc Một" in body
    for name in ("Chủ Trì", "Cấp Trên", "Thành Viên"):
        assert name not in body


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (ScheduleState.REGISTERED, "TENTATIVE"),
        (ScheduleState.CONFIRMED, "CONFIRMED"),
        (ScheduleState.HELD, "CONFIRMED"),
        (ScheduleState.POSTPONED, "TENTATIVE"),
        (ScheduleState.NOT_HELD, "CANCELLED"),
    ],
)
def test_states_are_told_as_calendars_know_them(made, subscribe, events, state, status):
    key = made("N1", state=state)
    event = events(subscribe("clerk_north"))[key]
    assert event["status"] == status
    assert event["transp"] == "TRANSPARENT"
    assert str(event["summary"]).endswith("Chi bộ Bắc Một")


def test_a_new_time_moves_the_same_event(app, made, subscribe, events):
    key = made("N1", state=ScheduleState.POSTPONED)
    path = subscribe("clerk_north")
    before = events(path)[key]

    def moved():
        from app.meetings.models import Meeting

        row = db.session.get(Meeting, key)
        row.state, row.planned_at = ScheduleState.REGISTERED, PLANNED + timedelta(days=2)

    change(app, moved)
    after = events(path)[key]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt - before["dtstart"].dt == timedelta(days=2)


def test_a_reminder_comes_when_asked_for_and_only_for_what_is_to_come(made, subscribe, events):
    key = made("N1", state=ScheduleState.CONFIRMED)
    gone = made("N2", state=ScheduleState.NOT_HELD)
    assert events(subscribe("clerk_north"))[key].walk("VALARM") == []
    told = events(subscribe("clerk_north", alarm="1"))
    (alarm,) = told[key].walk("VALARM")
    assert alarm["trigger"].dt == timedelta(days=-1)
    assert told[gone].walk("VALARM") == []


def test_only_what_i_attend(app, made, subscribe, events):
    change(app, lambda: setattr(account("supervisor_north"), "first_name", "Văn An"))
    mine = made("N1", superior="Đ/c Văn An, Ủy viên")
    other = made("N2", superior="Đồng chí Văn Anh")
    told = events(subscribe("supervisor_north", only_attending="1"))
    assert set(told) == {mine}
    assert told[mine]["transp"] == "OPAQUE"
    assert other in events(subscribe("supervisor_north"))


def test_a_span_of_months_is_told(app, made, subscribe, events):
    with app.app_context(), scope.system():
        keys = {
            month: new_meeting(unit("N1"), month).id
            for month in (date(2026, 6, 1), date(2026, 7, 1), date(2027, 4, 1), date(2027, 5, 1))
        }
        db.session.commit()
    told = set(events(subscribe("clerk_north")))
    assert {month for month, key in keys.items() if key in told} == {
        date(2026, 7, 1),
        date(2027, 4, 1),
    }


def test_a_big_branch_is_told_what_lies_nearest(made, subscribe, events, monkeypatch):
    monkeypatch.setattr(feeds, "FEED_MOST", 2)
    near = made("N1", type=MeetingType.THEMATIC, planned_at=datetime(2026, 10, 5, 9, 0))
    nearer = made("N2", type=MeetingType.THEMATIC, planned_at=datetime(2026, 10, 6, 9, 0))
    far = made("N1", type=MeetingType.THEMATIC, planned_at=datetime(2026, 10, 30, 9, 0))
    told = events(subscribe("clerk_north"))
    assert set(told) == {near, nearer}
    assert far not in told


def test_what_has_not_changed_is_not_sent_again(app, made, subscribe, knock, monkeypatch):
    key = made("N1")
    path = subscribe("clerk_north")
    first = knock(path)
    assert "private" in first.headers["Cache-Control"]
    same = knock(path, **{"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert knock(path, **since).status_code == 304
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    def cancelled():
        from app.meetings.models import Meeting

        db.session.get(Meeting, key).state = ScheduleState.NOT_HELD

    change(app, cancelled)
    assert knock(path, **{"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert knock(path, **since).status_code == 200


def test_a_reading_is_noted_now_and_then(app, subscribe, knock, monkeypatch):
    def last():
        with app.app_context(), scope.system():
            return db.session.scalars(select(CalendarFeed)).one().last_read_at

    path = subscribe("clerk_north")
    assert last() is None
    knock(path)
    first = last()
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=5))
    knock(path)
    assert last() == first
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=11))
    knock(path)
    assert last() > first


def test_a_reading_takes_few_statements_whatever_the_number_of_meetings(
    made, subscribe, knock, statements
):
    def asked():
        statements.clear()
        assert knock(path).status_code == 200
        return len(statements)

    path = subscribe("analyst")
    asked()
    few = asked()
    for _ in range(30):
        made("N1", type=MeetingType.THEMATIC)
    asked()
    assert asked() == few <= 12


def test_the_feed_speaks_the_language_in_which_it_was_made(made, login, knock):
    made("N1", state=ScheduleState.NOT_HELD)
    client = login("clerk_north")
    client.get("/lang/en")
    page = client.post("/calendar/phone/create").get_data(as_text=True)
    path = re.search(r"/calendar/feed/[\w-]{43}\.ics", page)[0]
    body = knock(path, **{"Accept-Language": "vi"}).get_data(as_text=True)
    assert "SUMMARY:Not held: Chi bộ Bắc Một" in body


def test_who_practises_makes_no_address(system):
    someone = replace(who("clerk_north"), practice_until=date(2026, 10, 6))
    with pytest.raises(RuleBroken):
        commands.open_feed(by=someone)
