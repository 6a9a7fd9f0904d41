"""Every route and REST operation, walked by strangers: nothing of another branch leaks or moves.

The north is foreign to every account of the south. A new route whose parameters the walk does not
know fails here, and so does one that answers with a word of the north.
"""

import hashlib
import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from werkzeug.routing import AnyConverter

from app.core import scope
from app.core.db import db
from app.security.roles import may
from app.units.models import Unit
from tests import factories

STRANGERS = ("admin_south", "analyst_south", "clerk_south", "secretary_south")
BRANCH = STRANGERS[:3]
OWNERS = ("admin_north", "clerk_north", "secretary_north", "supervisor_north")
# Bắc, B\u1eafc, _north, and N1, N2, NORTH as words; thousands of pages are searched, and a first
# letter is found ten times as fast as a first word.
MARKS = re.compile(r"[BN_](?:(?<=B)(?:ắc|\\u1eafc)|(?<=_)north|(?<=\bN)(?:1|2|ORTH)\b)")

# Parameters that name a row although the view has no table of its own.
PARAMETERS = {"unit_id": "unit", "meeting_id": "meeting", "member_id": "member"}
# Pages of one row that are no generated screen, by the beginning of their address.
PAGES = {
    "/members/": "member",
    "/spells/": "activity_spell",
    "/units/": "unit",
    "/unit-tree/": "unit",
    "/saved-views/": "saved_view",
    "/notices/": "notice",
}
# Parameters that name no row: any value will do.
PLAIN = {
    "filename": "css/nep.css",
    "locale": "en",
    "version": "v1",
    "figure": "participation",
    "name": "",
    "table": "unit",
    "layer": "self",
    "token": "x",
    "job": 1,
}
# Code tables are everybody's.
CODES = {"unit_kind": "SUB_CELL", "cell_type": "PUBLIC_OFFICE", "rating": "TOT"}
# What browsers ask for before anybody is known.
OPEN = {"LoginView.login", "Shell.manifest", "Shell.worker", "Shell.offline"}
SKIP = {"static", "appbuilder.static", "LocaleView.index"}


@pytest.fixture
def world(app) -> dict[str, Any]:
    """Foreign keys by table, and foreign units by code."""
    with app.app_context(), scope.system():
        factories.build_rest("N2", "NORTH")
        db.session.commit()
        north = factories.unit("NORTH").path
        keys: dict[str, Any] = {}
        for table in db.metadata.sorted_tables:
            path = "path" if table.name == "unit" else "unit_path"
            if path not in table.c:
                continue
            pk = next(iter(table.primary_key.columns))
            found = db.session.execute(
                text(
                    f'SELECT max("{pk.name}") FROM {table.name}'
                    f" WHERE {path} >= :low AND {path} < :high"
                ),
                {"low": north, "high": north[:-1] + "0"},
            ).scalar()
            keys[table.name] = found
        keys["saved_view"] = factories.keep_view("secretary_north", "Members", "q=Binh")
        return keys


def fingerprint(app) -> dict[str, str]:
    """What every table holds of the north, as one hash each."""
    marks = {}
    with app.app_context(), scope.system():
        north = factories.unit("NORTH").path
        for table in db.metadata.sorted_tables:
            path = "path" if table.name == "unit" else "unit_path"
            if path not in table.c:
                continue
            rows = db.session.execute(
                text(
                    f"SELECT t::text FROM {table.name} t WHERE {path} >= :low AND {path} < :high"
                    " ORDER BY 1"
                ),
                {"low": north, "high": north[:-1] + "0"},
            ).scalars()
            marks[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return marks


def views_by_endpoint(app) -> dict[str, Any]:
    return {view.endpoint: view for view in app.extensions["appbuilder"].baseviews}


def model_table(view: Any) -> str | None:
    model = getattr(getattr(view, "datamodel", None), "obj", None)
    return None if model is None else model.__tablename__


def table_named(rule: Any, view: Any, argument: str) -> str | None:
    """The table whose row an argument of a rule names."""
    if argument not in {"pk", "key"}:
        return PARAMETERS.get(argument)
    page = next((table for start, table in PAGES.items() if str(rule).startswith(start)), None)
    return model_table(view) or page


def addresses(app, world) -> list[tuple[Any, str, bool]]:
    """Each rule with an address that names foreign rows, and whether it names one."""
    views = views_by_endpoint(app)
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in SKIP:
            continue
        view = views.get(rule.endpoint.split(".")[0])
        values: dict[str, Any] = {}
        names_row = False
        for argument in rule.arguments:
            table = table_named(rule, view, argument)
            if table in CODES:
                values[argument] = CODES[table]
            elif table:
                # No row of the north: a key that no row has, lest it be a superior's rule.
                values[argument] = world[table] or 10**9
                names_row = True
            elif isinstance(rule._converters[argument], AnyConverter):
                values[argument] = sorted(rule._converters[argument].items)[0]
            elif argument in PLAIN:
                values[argument] = PLAIN[argument]
            else:
                pytest.fail(f"teach the walk about <{argument}> of {rule}")
        for action in getattr(view, "actions", None) or [""]:
            if "name" in rule.arguments and not isinstance(rule._converters["name"], AnyConverter):
                values["name"] = action or values.get("name", "nothing")
            with app.test_request_context():
                address = app.url_map.bind("localhost").build(
                    rule.endpoint, values, append_unknown=False
                )
            found.append((rule, address, names_row))
            if values.get("name") != (action or "nothing"):
                break
    return found


# What is drawn by lot for every answer may spell a mark: "-N2-" is good base64.
DRAWN = re.compile(r'nonce="[\w-]+"')


def body_of(answer: Any) -> str:
    """What an answer says, spreadsheets unpacked and what is drawn by lot left out."""
    if answer.data[:2] == b"PK":
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        return str(sheets)
    return DRAWN.sub("", answer.get_data(as_text=True))


def kitchen_sink(world) -> dict[str, Any]:
    """A body that names foreign rows in every field a form or resource may have."""
    unit = world["unit"]
    return {
        "unit": unit,
        "unit_id": unit,
        "unit_path": "/1/2/3/",
        "parent": unit,
        "parent_id": unit,
        "meeting": world["meeting"],
        "meeting_id": world["meeting"],
        "member": world["member"],
        "member_id": world["member"],
        "account": world["ab_user"],
        "criteria_set": 1,
        "rowid": world["meeting"],
        "month": "10/2026",
        "type": "REGULAR",
        "planned_at": "04/10/2026 14:00",
        "place": "x",
        "name": "x",
        "short_name": "x",
        "code": "x",
        "kind": "SUB_CELL",
        "valid_from": "01/10/2026",
        "effective_on": "01/10/2026",
        "full_name": "x",
        "joined_on": "01/10/2026",
        "reason": "x",
        "role": "Secretary",
        "username": "x",
        "first_name": "x",
        "last_name": "x",
        "email": "x@x.example",
    }


def foreign_queries(app, world) -> list[str]:
    unit = world["unit"]
    return ["", f"?unit={unit}&unit_id={unit}&id={unit}&parent={unit}&q=&month=09/2026"]


@pytest.mark.parametrize("username", STRANGERS)
def test_a_stranger_reads_nothing_of_the_north(app, login, token, world, username):
    client, headers = login(username), token(username)
    leaks = []
    for rule, address, names_row in addresses(app, world):
        if "GET" not in rule.methods:
            continue
        given = headers if address.startswith("/api/") else {}
        for query in foreign_queries(app, world):
            answer = client.get(address + query, headers=given)
            where = f"{address}{query} → {answer.status_code}"
            if answer.status_code >= 500:
                leaks.append(f"{where}: broke")
            elif names_row and answer.status_code not in {400, 403, 404, 405}:
                leaks.append(f"{where}: a foreign row must not be found")
            elif answer.status_code == 200 and MARKS.search(body_of(answer)):
                leaks.append(f"{where}: {MARKS.search(body_of(answer))}")
    assert leaks == []


@pytest.mark.parametrize("username", STRANGERS)
def test_a_stranger_writes_nothing_in_the_north(app, login, token, world, username):
    client, headers = login(username), token(username)
    before = fingerprint(app)
    wrong = []
    sent = kitchen_sink(world)
    for rule, address, names_row in addresses(app, world):
        # Whoever practises would walk the rest of the way in a tree of his own.
        if rule.endpoint.endswith((".logout", ".login", ".refresh", ".begin", ".again")):
            continue
        for method in sorted(rule.methods & {"POST", "PUT", "PATCH", "DELETE"}):
            rest = address.startswith("/api/")
            given = {"json": sent, "headers": headers} if rest else {"data": sent}
            view = views_by_endpoint(app).get(rule.endpoint.split(".")[0])
            for action in getattr(view, "actions", None) or [""]:
                if not rest:
                    given = {"data": sent | ({"action": action} if action else {})}
                answer = client.open(address, method=method, **given)
                where = f"{method} {address} {action} → {answer.status_code}"
                if answer.status_code >= 500:
                    wrong.append(f"{where}: broke")
                elif names_row and answer.status_code not in {400, 403, 404, 405, 415, 422}:
                    wrong.append(f"{where}: a foreign row must not be found")
                elif answer.status_code == 200 and MARKS.search(body_of(answer)):
                    wrong.append(f"{where}: {MARKS.search(body_of(answer))}")
                if not address.endswith("action_post"):
                    break
    assert wrong == []
    assert fingerprint(app) == before


def walks(username: str, view: Any, number: int) -> bool:
    """Whether this stranger asks a list everything: one of those who see the same rows does."""
    roles = {name: role for name, role, *_where in factories.CAST}
    able = [name for name in BRANCH if may(roles[name], view.class_permission_name, "read")]
    return username not in BRANCH or (bool(able) and able[number % len(able)] == username)


@pytest.mark.parametrize("username", STRANGERS)
def test_filters_orders_and_choices_show_nothing_of_the_north(app, login, token, world, username):
    client, headers = login(username), token(username)
    leaks = []
    lists = [
        view
        for view in views_by_endpoint(app).values()
        if model_table(view) is not None and hasattr(view, "order_columns")
    ]
    for number, view in enumerate(lists):
        if not walks(username, view, number):
            continue
        name = type(view).__name__
        if hasattr(view, "list"):
            queries = [f"_oc_{name}={column}&_od_{name}=asc" for column in view.order_columns]
            for column, filters in view._filters.get_search_filters().items():
                related = view.datamodel.is_relation(column)
                key = "Bac"
                if related:
                    key = world.get(view.datamodel.get_related_model(column).__tablename__)
                queries += [f"_flt_{n}_{column}={key}" for n in range(len(filters))]
            queries += ["q=Bac", "q=n1", f"psize_{name}=200"]
            base = f"{view.route_base}/list/?"
            given: dict[str, str] = {}
        else:
            queries = [
                f"q=(order_column:{column},order_direction:asc,page_size:200)"
                for column in view.order_columns
            ] + ["q=(keys:!(add_columns,edit_columns,filters))"]
            base = f"/api/v1/{view.resource_name}/?"
            given = headers
        for query in queries:
            answer = client.get(base + query, headers=given)
            text_of = body_of(answer)
            if answer.status_code >= 500 or (answer.status_code == 200 and MARKS.search(text_of)):
                leaks.append(f"{base}{query} → {answer.status_code} {MARKS.search(text_of)}")
    assert leaks == []


def test_the_tables_lookups_answer_strangers_with_their_own_rows_only(app, login, world):
    from app.core.lookup import SOURCES

    client = login("admin_south")
    for table in SOURCES:
        for query in ("q=", "q=Bac", "q=a", f"id={world.get(table) or 'x'}"):
            answer = client.get(f"/lookup/{table}?{query}")
            assert answer.status_code == 200
            assert not MARKS.search(str(answer.json)), (table, query)


def test_the_owners_do_reach_what_strangers_do_not(app, login, token, world):
    """The walk would prove nothing if its addresses led nowhere."""
    reached = set()
    for username in OWNERS:
        client, headers = login(username), token(username)
        for rule, address, names_row in addresses(app, world):
            if names_row and "GET" in rule.methods:
                given = headers if address.startswith("/api/") else {}
                answer = client.get(address, headers=given)
                # A form of what is held or sent already leads to its page instead.
                own_page = "/show/" in (answer.location or "")
                if answer.status_code == 200 or own_page:
                    reached.add(rule.endpoint)
    views = views_by_endpoint(app)
    unreached = {
        rule.endpoint
        for rule, _address, names_row in addresses(app, world)
        if names_row
        and "GET" in rule.methods
        and rule.endpoint not in reached
        # Some tables hold no row of the north in the small world.
        and all(
            world.get(table_named(rule, views[rule.endpoint.split(".")[0]], argument) or "unit")
            for argument in rule.arguments
        )
    }
    assert unreached == set()


def test_every_route_asks_for_a_right_or_is_known_to_be_open(app):
    """Who is not logged in gets no further than the door."""
    client = app.test_client()
    opened = []
    for rule, address, _names_row in addresses(app, dict.fromkeys(db.metadata.tables, 1)):
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "DELETE"}):
            given = {"json": {}} if address.startswith("/api/") else {}
            answer = client.open(address, method=method, **given)
            if answer.status_code in {200, 201} and rule.endpoint not in OPEN:
                opened.append(f"{method} {address}")
    assert opened == []


def test_units_of_the_small_world_are_told_apart(system):
    codes = set(db.session.execute(text("SELECT code FROM unit")).scalars())
    assert codes == {code for code, *_ in factories.TREE}
    assert db.session.query(Unit).count() == 7
