"""Every field of every form is explained, long forms are grouped, and errors stand by the field."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask_wtf import FlaskForm

from tests import factories

MOST_IN_A_HEAP = 5
UNSEEN = {"HiddenField", "CSRFTokenField", "SubmitField"}
# Who may open which add form, tried in this order.
AUTHORS = ("admin", "clerk_north", "secretary_north", "analyst")


def screens(app) -> list[Any]:
    return [
        view
        for view in app.extensions["appbuilder"].baseviews
        if getattr(view, "add_form", None) is not None and hasattr(view, "list_columns")
    ]


def generated(app) -> Iterator[tuple[str, Any, Any]]:
    """Name, form and groups of every add and edit form that has a route."""
    for view in screens(app):
        for kind in ("add", "edit"):
            if kind in view.exclude_route_methods or (
                view.include_route_methods and kind not in view.include_route_methods
            ):
                continue
            form = getattr(view, f"{kind}_form")(meta={"csrf": False})
            yield f"{type(view).__name__} {kind}", form, getattr(view, f"{kind}_fieldsets")


def own(base: type = FlaskForm) -> Iterator[type]:
    """Forms that the application's own pages send."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("app."):
            yield kind
        yield from own(kind)


def shown(form: Any) -> list[Any]:
    return [field for field in form if field.type not in UNSEEN]


def test_every_field_of_a_generated_form_is_explained(app):
    with app.test_request_context():
        found = list(generated(app))
        bare = [
            f"{name}: {field.name}"
            for name, form, _groups in found
            for field in shown(form)
            if not str(field.description or "").strip()
        ]
    assert len(found) >= 20
    assert bare == []


def test_every_field_of_an_own_page_is_explained(app):
    with app.test_request_context():
        kinds = {kind for kind in own() if "ModelView" not in kind.__qualname__}
        bare = [
            f"{kind.__module__}.{kind.__name__}: {field.name}"
            for kind in kinds
            for field in shown(kind(meta={"csrf": False}))
            if not str(field.description or "").strip()
        ]
    assert len(kinds) >= 8
    assert sorted(bare) == []


def test_long_forms_are_grouped_under_headings(app):
    with app.test_request_context():
        heaps = [
            name
            for name, form, groups in generated(app)
            if len(shown(form)) > MOST_IN_A_HEAP and not groups
        ]
        wrong = [
            f"{name}: {title}"
            for name, _form, groups in generated(app)
            for title, group in groups or []
            if not str(title or "").strip() or len(group["fields"]) > MOST_IN_A_HEAP
        ]
        heaps += [
            kind.__name__
            for kind in {kind for kind in own() if "ModelView" not in kind.__qualname__}
            if len(shown(kind(meta={"csrf": False}))) > MOST_IN_A_HEAP
            and not hasattr(kind, "groups")
        ]
    assert heaps == []
    assert wrong == []


class Page(HTMLParser):
    """The help and error lines of a page, and which of them its fields point to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.told: set[str] = set()
        self.lines: dict[str, str] = {}
        self._in: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if known.get("aria-describedby"):
            self.told.update(str(known["aria-describedby"]).split())
        if tag == "p":
            self._in.append(known.get("id") or "")
            self.lines.setdefault(self._in[-1], "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" and self._in:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if self._in:
            self.lines[self._in[-1]] += data.strip()


def author(app, login, view) -> tuple[Any, str] | None:
    """A browser that may open the add form, and its address."""
    address = f"{view.route_base}/add"
    for username in AUTHORS:
        client = login(username)
        if client.get(address).status_code == 200:
            return client, address
    return None


def test_an_empty_form_comes_back_with_errors_in_vietnamese_beside_the_fields(app, login):
    walked, silent = [], []
    for view in screens(app):
        if "add" in view.exclude_route_methods:
            continue
        found = author(app, login, view)
        if found is None:
            continue
        client, address = found
        answer = client.post(address, data={})
        page = Page(answer.text)
        errors = {key: text for key, text in page.lines.items() if key.endswith("-error")}
        walked.append(address)
        with app.test_request_context():
            needed = {
                f"{field.id}-error"
                for field in shown(view.add_form(meta={"csrf": False}))
                if field.flags.required
            }
        if answer.status_code != 200 or not needed <= set(errors) or not needed <= page.told:
            silent.append((address, answer.status_code, needed - set(errors)))
        english = [t for t in errors.values() if re.search(r"\b(field|required|valid)\b", t)]
        silent += [(address, text) for text in english]
    assert len(walked) >= 12
    assert silent == []


def test_help_lines_are_tied_to_their_fields_for_screen_readers(login):
    page = Page(login("secretary_north").get("/schedules/add").text)
    helps = {key for key in page.lines if key.endswith("-help")}
    assert len(helps) >= 8
    assert helps <= page.told


@pytest.mark.parametrize("address", ["/login/", "/profile/"])
def test_pages_of_ones_own_account_explain_their_fields(app, login, address):
    client = app.test_client() if address == "/login/" else login("secretary_north")
    page = Page(client.get(address).text)
    assert {"username-help", "password-help"} <= set(page.lines) or {
        "old-help",
        "password-help",
        "again-help",
    } <= set(page.lines)


def test_the_page_that_asks_for_a_reason_explains_it(app, login):
    with app.app_context():
        pass
    client = login("clerk_north")
    with app.app_context():
        from app.core import scope
        from app.core.db import db
        from app.meetings.models import Meeting

        with scope.system():
            unit = factories.unit("N1")
            key = db.session.query(Meeting.id).filter_by(unit_id=unit.id).scalar()
    page = Page(client.post(f"/results/action/return/{key}").text)
    assert "reason-help" in page.told & set(page.lines)
