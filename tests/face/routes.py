"""Which screens there are: every route that shows one, as the account that can do most there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule

from app.core import scope
from app.core.db import db
from tests import factories
from tests.test_walk import CODES, PLAIN, table_named, views_by_endpoint

STRANGER = ""
# Who may most on the screens of the house; the others see the same with less in it.
MIGHTY = ("clerk_north", "admin", "secretary_north")
OTHERS = ("analyst", "chief", "inspector", "supervisor_north", "minutes_north", "nobody")
ROLES = (*MIGHTY, *OTHERS)
# Rows of a table that are tried: what can be done to a row depends on how far it has come.
NEWEST_ROWS = 3
LEFT_ALONE = {
    "LocaleView.index": "changes the language of whoever opens it",
    "CalendarDoor.read": "a calendar for another program, at a secret address",
    "MailDoor.leave": "the way out of e-mails, at an address of one's own: a stop by itself",
    "UtilView.back": "leads back",
    "SearchPage.found": "a part of the search page",
    "UnitTreeView.below": "a part of the tree page",
    "_Pages.door": "each door is a stop by itself",
    "_Pages.error": "each error is a stop by itself",
}
# What there is to press in a page: hundreds of pages are counted, not understood.
CONTROLS = re.compile(r"<(?:a|button|input|select|textarea|summary)[\s>]")


@dataclass(frozen=True)
class Stop:
    """A screen to look at, as whom.

    ``deeds`` are done to the rows of a list first: the name of an action and the number of rows;
    one without a name agrees to what was asked. ``again`` says that another account, who may more,
    looks at the same.
    """

    username: str
    endpoint: str
    address: str
    deeds: tuple[tuple[str, int], ...] = ()
    again: bool = False

    @property
    def spare(self) -> bool:
        """Whether two looks of four are enough: no screen of the product, or one seen before."""
        specimen = self.address.startswith("/specimens/") and "/error/" not in self.address
        return specimen or self.again

    def __str__(self) -> str:
        return f"{self.username or 'a stranger'} {self.address}"


@dataclass
class Routes:
    """Screens to look at; what other endpoints answer; those that nobody could open."""

    stops: list[Stop] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    unopened: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")


def find(app: Flask) -> Routes:
    """Open every route by GET and choose for each screen the account and the row that show most."""
    routes = Routes()
    browsers = {username: browser(app, username) for username in ROLES}
    rows = _rows(app)
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in LEFT_ALONE:
            continue
        if not str(rule).startswith(("/api/", "/static/")):
            _open(app, rule, rows, browsers, routes)
    return routes


def menu(app: Flask, username: str) -> list[str]:
    """Where the links of the first page that somebody sees lead to, without their arguments."""
    page = browser(app, username).get("/", follow_redirects=True).text
    links = [urlsplit(href).path for href in _Reader(page).links if href.startswith("/")]
    return list(dict.fromkeys(links))


def endpoint(app: Flask, address: str) -> str:
    """The endpoint that answers GET at this address."""
    return str(app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")[0])


def browser(app: Flask, username: str) -> FlaskClient:
    """A client in which that account is logged in, in Vietnamese."""
    client = app.test_client()
    with app.app_context(), scope.system():
        account = factories.account(username)
        key, epoch = account.id, account.password_epoch
    with client.session_transaction() as session:
        session.update(_user_id=str(key), _fresh=True, epoch=epoch, locale="vi")
    return client


def _open(
    app: Flask,
    rule: Rule,
    rows: dict[str, list[Any]],
    browsers: dict[str, FlaskClient],
    routes: Routes,
) -> None:
    best: tuple[int, Stop] | None = None
    for address in _addresses(app, rule, rows):
        for username in ROLES:
            if best and username in OTHERS:
                break
            answer = browsers[username].get(address)
            if answer.status_code in {301, 302, 303, 307, 308}:
                routes.answers.setdefault(rule.endpoint, "leads on")
            if answer.status_code != 200:
                continue
            if answer.mimetype != "text/html" or "Content-Disposition" in answer.headers:
                routes.answers[rule.endpoint] = answer.mimetype
                return
            controls = len(CONTROLS.findall(answer.text))
            if best is None or controls > best[0]:
                best = controls, Stop(username, rule.endpoint, address)
    if best:
        routes.stops.append(best[1])
    elif rule.endpoint not in routes.answers:
        routes.unopened.append((str(rule), rule.endpoint))


def _addresses(app: Flask, rule: Rule, rows: dict[str, list[Any]]) -> Iterator[str]:
    """Addresses of a route: one for each row that is tried."""
    view = views_by_endpoint(app).get(rule.endpoint.split(".")[0])
    tables = {name: table_named(rule, view, name) for name in rule.arguments}
    tried = max((len(rows.get(table or "", [0])) for table in tables.values()), default=1)
    for number in range(tried):
        values: dict[str, Any] = {}
        for name, table in tables.items():
            choices = getattr(rule._converters[name], "items", None)
            if table in CODES:
                values[name] = CODES[table]
            elif table:
                keys = rows.get(table) or [1]
                values[name] = keys[min(number, len(keys) - 1)]
            else:
                values[name] = sorted(choices)[0] if choices else PLAIN.get(name, "1")
        bound = app.url_map.bind("localhost")
        yield bound.build(rule.endpoint, values, append_unknown=False)


def _rows(app: Flask) -> dict[str, list[Any]]:
    """Keys of some rows by table: of the walk's own cell and all above it, then of its branch."""
    found: dict[str, list[Any]] = {}
    with app.app_context(), scope.system():
        cell, branch = factories.unit("N1").path, factories.unit("NORTH").path
        for table in db.metadata.sorted_tables:
            key = next(iter(table.primary_key.columns)).name
            path = "path" if table.name == "unit" else "unit_path"
            own = f"starts_with('{cell}', {path})"
            where = f"WHERE {own} OR starts_with({path}, '{branch}')" if path in table.c else ""
            near = f"{own} DESC, length({path}) DESC, " if path in table.c else ""
            keys = db.session.scalars(
                text(
                    f'SELECT "{key}" FROM {table.name} {where}'
                    f' ORDER BY {near} "{key}" DESC LIMIT {NEWEST_ROWS}'
                )
            ).all()
            oldest = db.session.scalar(text(f'SELECT min("{key}") FROM {table.name} {where}'))
            found[table.name] = list(dict.fromkeys([*keys, *([oldest] if oldest else [])]))
    return found
