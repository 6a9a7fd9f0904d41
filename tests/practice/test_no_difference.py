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
from tests.practice import play

SUPERIORS = ("admin", "analyst", "clerk_north")
SKIP = {"static", "appbuilder.static", "LoginView.login", "UtilView.back"}
# What differs from one answer to the next whatever happened in between.
PASSING = re.compile(
    r'nonce="[^"]*"|nonce-[\w-]+|csrf_token[^>]*|name="token"[^>]*|"token": ?"[^"]*"| at 0x\w+'
)
MONTHLY = {"/chase/", "/analysis/", "/leader/", "/summary/", "/summary/download", "/calendar/"}
MONTHS = ("?month=2026-09", "?month=09/2026", "?first=2026-01&last=2026-12")


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


def all_that_is_seen(
    app, login, tokens, who=SUPERIORS, queries=MONTHS
) -> dict[tuple[str, str], str]:
    """(who, address) → status and content."""
    seen = {}
    for username in who:
        client, headers = login(username), tokens[username]
        for address in addresses(app):
            rest = address.startswith("/api/")
            for query in ("", *(queries if address in MONTHLY else ())):
                answer = client.get(address + query, headers=headers if rest else {})
                seen[username, address + query] = f"{answer.status_code} {body(answer)}"
    return seen


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
    """Without this the comparison would prove nothing."""
    who = ("clerk_north",)
    tokens = {"clerk_north": token("clerk_north")}
    before = all_that_is_seen(app, login, tokens, who, queries=())
    login("clerk_north").post(
        "/members/add",
        data={
            "unit": _cell(app),
            "full_name": "Người Mới Đến",
            "standing": "OFFICIAL",
            "position": "MEMBER",
            "joined_on": "01/09/2026",
        },
    )
    after = all_that_is_seen(app, login, tokens, who, queries=())
    changed = {
        address for (_who, address) in before if before[_who, address] != after[_who, address]
    }
    assert {"/members/list/", "/members/export", "/units/list/"} <= changed


def _cell(app) -> int:
    with app.app_context(), scope.system():
        return db.session.scalar(text("SELECT id FROM unit WHERE code = 'N1'"))
