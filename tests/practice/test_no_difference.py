"""Proof that practising counts nowhere: every page, file and REST list of the superiors, compared.

What they see before somebody practises a whole month and after is the same to the letter, and no
row outside the practice tree has changed.
"""

import hashlib
import io
import re
from typing import Any

import time_machine
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from app.core import clock, scope
from app.core.db import db
from tests import factories
from tests.practice import play

SUPERIORS = ("admin", "analyst", "clerk_north")
SKIP = {"static", "appbuilder.static", "LoginView.login", "UtilView.back"}
# What differs from one answer to the next whatever happened in between.
PASSING = re.compile(
    r'nonce="[^"]*"|nonce-[\w-]+|csrf_token[^>]*|name="token"[^>]*|"token": ?"[^"]*"| at 0x\w+'
)
MONTHLY = {"/chase/", "/analysis/", "/leader/", "/summary/", "/summary/download", "/calendar/"}
MONTHS = ("?month=2026-09", "?month=09/2026", "?first=2026-01&last=2026-12")

# Where a real cell with a finished month shows itself to every superior …
LISTED = (
    *("/calendar/?month=2026-09", "/members/list/", "/results/list/", "/schedules/list/"),
    *("/evaluations/list/", "/units/list/", "/unit-versions/list/", "/members/export"),
    *("/results/export", "/schedules/export", "/evaluations/export", "/units/export"),
    *("/api/v1/members/", "/api/v1/results/", "/api/v1/schedules/", "/api/v1/evaluations/"),
    *("/api/v1/units/",),
)
# … and where it counts, to those who see figures.
COUNTED = (
    *("/chase/", "/chase/?month=2026-09", "/analysis/", "/analysis/?month=2026-09"),
    *("/analysis/?first=2026-01&last=2026-12", "/analysis/units", "/analysis/heat"),
    *("/analysis/trends", "/analysis/export", "/leader/", "/leader/?month=2026-09"),
    *("/summary/", "/summary/?month=2026-09", "/summary/download"),
    *("/summary/download?month=2026-09", "/monthly-report/", "/monthly-report/download"),
    *("/review/", "/review/download"),
)


def addresses(app) -> list[str]:
    """Every address that can be opened without naming a row."""
    found = set()
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments and rule.endpoint not in SKIP:
            found.add(str(rule))
    return sorted(found)


def body(answer: Any) -> str:
    """What an answer says; the cells of a workbook."""
    if answer.data[:2] == b"PK":
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return PASSING.sub("", answer.get_data(as_text=True))


def all_that_is_seen(app, login, tokens, queries=MONTHS) -> dict[tuple[str, str], str]:
    """(who, address) → status and content."""
    where = [
        address + query
        for address in addresses(app)
        for query in ("", *(queries if address in MONTHLY else ()))
    ]
    return seen(login, tokens, dict.fromkeys(SUPERIORS, where))


def seen(login, tokens, places: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The same of some addresses for each."""
    found = {}
    for username, where in places.items():
        client = login(username)
        for address in where:
            headers = tokens[username] if address.startswith("/api/") else {}
            answer = client.get(address, headers=headers)
            found[username, address] = f"{answer.status_code} {body(answer)}"
    return found


def real_rows(app) -> dict[str, str]:
    """A hash of what every table holds outside practice trees."""
    marks = {}
    with app.app_context(), scope.system():
        roots = db.session.execute(
            text("SELECT path FROM unit WHERE is_practice AND parent_id IS NULL")
        ).scalars()
        practice = [f"{path}%" for path in roots] or ["none"]
        for table in db.metadata.sorted_tables:
            path = "path" if table.name == "unit" else "unit_path"
            if path not in table.c:
                continue
            rows = db.session.execute(
                text(
                    f"SELECT t::text FROM {table.name} t"
                    f" WHERE NOT coalesce({path}, '') LIKE ANY (:practice) ORDER BY 1"
                ),
                {"practice": practice},
            ).scalars()
            marks[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return marks


def test_a_practised_month_changes_nothing_that_a_superior_sees(app, login, token):
    with time_machine.travel(clock.now(), tick=False):
        # A token is a login, and logins are counted.
        tokens = {username: token(username) for username in SUPERIORS}
        # Who has looked once, looks again: what a first look leaves behind is no difference.
        all_that_is_seen(app, login, tokens, queries=())
        before, rows_before = all_that_is_seen(app, login, tokens), real_rows(app)
        client = login("secretary_north")
        client.post("/practice/begin")
        play.the_whole_month(app, client)
        client.post("/practice/play", data={"role": "DutyClerk"})
        client.post("/closed-months/add", data={"unit": play._unit(app), "month": "09/2026"})
        after, rows_after = all_that_is_seen(app, login, tokens), real_rows(app)
    good = [key for key, page in before.items() if page.startswith("200")]
    assert len(good) > 150
    assert {key for key in before if before[key] != after[key]} == set()
    assert rows_before == rows_after
    with app.app_context(), scope.system():
        assert db.session.scalar(text("SELECT count(*) FROM unit WHERE is_practice")) == 2


def test_the_walk_would_notice_a_real_change(app, login, token):
    """Without this the comparison would prove nothing.

    What is practised, a cell with a month filed and scored, is made here for real: the lists, files
    and figures in which it could show, all pages of months among them, are different afterwards for
    each superior who may open them. Only these are opened: nothing else has to change.
    """
    places = {name: LISTED + COUNTED * (name != "admin") for name in SUPERIORS}
    with time_machine.travel(clock.now(), tick=False):
        tokens = {username: token(username) for username in SUPERIORS}
        seen(login, tokens, places)
        before = seen(login, tokens, places)
        with app.app_context(), scope.system():
            north = factories.unit("NORTH")
            cell = factories.new_unit("N3", "Chi bộ Bắc Ba", "SUB_CELL", north)
            factories.fill_cell(cell, *factories.rules_in_force())
            db.session.commit()
        after = seen(login, tokens, places)
    assert {page[:3] for page in before.values()} == {"200"}
    assert [key for key in before if before[key] == after[key]] == []
    walked = {place.partition("?")[0] for place in LISTED + COUNTED}
    assert walked <= set(addresses(app))
    assert {place for place in walked if place in MONTHLY} == MONTHLY
