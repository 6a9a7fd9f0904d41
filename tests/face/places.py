"""Screens that a route alone does not show: doors, errors, empty lists, answers to what is sent."""

from flask import Flask
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.core.saved import SavedView
from app.meetings.models import Meeting
from app.notices import letters
from tests import factories
from tests.face import specimens
from tests.face.routes import STRANGER, Stop, endpoint
from tests.face.world import BROKEN_VIEW

CLERK, SECRETARY, ADMIN = "clerk_north", "secretary_north", "admin"
# What each of them sees first: screens that others look at with more in them.
DESKS = {
    "analyst": "/analysis/",
    "chief": "/leader/",
    "inspector": "/analysis/",
    "supervisor_north": "/results/list/",
    "minutes_north": "/desk/",
}
PLACES = (
    (STRANGER, "/login/"),
    (SECRETARY, "/schedules/add"),
    (SECRETARY, "/members/list/"),
    (SECRETARY, "/calendar/?view=list"),
    (CLERK, "/members/list/?q=zzzz"),
    (CLERK, "/chase/?show=result&q=zzzz"),
    (CLERK, "/search/?q=bac"),
    (CLERK, "/leader/?month=08/2026"),
    (ADMIN, "/saved-views/add?screen=Members&query=q%3Dan"),
    (ADMIN, "/specimens/clash/"),
    (CLERK, "/review/?month=2026-09"),
    ("nobody", "/"),
    *((ADMIN, f"/specimens/error/{status}") for status in specimens.ERRORS),
    *((ADMIN, f"/specimens/door/{name}") for name in specimens.DOORS),
    (STRANGER, "/specimens/kept/outside"),
    (STRANGER, "/specimens/error/404"),
    (ADMIN, "/specimens/kept/inside"),
)
DEEDS = (
    (CLERK, "/results/list/", (("return", 1),)),
    (CLERK, "/results/list/", (("approve", 2),)),
    (CLERK, "/results/list/", (("return", 2),)),
    (ADMIN, "/accounts/list/?q=south", (("reset_password", 2), ("", 0))),
)


def stops(app: Flask) -> list[Stop]:
    """All of them."""
    view = _broken_view(app)
    own = (
        (STRANGER, _way_out(app)),
        (ADMIN, f"/members/list/?{BROKEN_VIEW}&view={view}"),
        (ADMIN, f"/saved-views/rename/{view}"),
        (CLERK, f"/amend/{_locked_meeting(app)}"),
    )
    seen = [(*place, ()) for place in (*PLACES, *own)]
    found = [
        Stop(username, endpoint(app, address), address, deeds)
        for username, address, deeds in (*seen, *DEEDS)
    ]
    desks = [Stop(name, endpoint(app, at), at, again=True) for name, at in DESKS.items()]
    return [*found, *desks]


def _way_out(app: Flask) -> str:
    with app.app_context(), scope.system():
        return f"/no-more-mail/{letters.pass_of(factories.account(SECRETARY).id)}"


def _broken_view(app: Flask) -> int:
    with app.app_context(), scope.system():
        owner = factories.account(ADMIN).id
        with scope.entered(scope.Scope("/", "0", owner)):
            found = select(SavedView.id).where(SavedView.query == BROKEN_VIEW)
            return db.session.scalars(found).one()


def _locked_meeting(app: Flask) -> int:
    with app.app_context(), scope.system():
        cell = factories.unit("N5").id
        found = select(Meeting.id).where(Meeting.unit_id == cell)
        return db.session.scalars(found).one()
