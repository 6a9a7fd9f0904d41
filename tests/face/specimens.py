"""What Flask-AppBuilder can show although no screen of ours uses it today, and every error page.

Registered on the application of these tests only: a feature that takes one of these up finds it
in the house's face.
"""

from types import SimpleNamespace
from typing import Any

from flask import Flask, abort
from flask_appbuilder import MasterDetailView, MultipleView, expose
from flask_appbuilder.charts.views import GroupByChartView, TimeChartView
from flask_appbuilder.charts.widgets import MultipleChartWidget
from flask_appbuilder.models.group import aggregate_count
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.sqla.models import Role
from flask_appbuilder.security.views import RoleListWidget, RoleShowWidget
from flask_appbuilder.widgets import (
    FormHorizontalWidget,
    FormInlineWidget,
    FormVerticalWidget,
    ListAddWidget,
    ListBlock,
    ListCarousel,
    ListItem,
    ListLinkWidget,
    ListMasterWidget,
    ListThumbnail,
    ShowBlockWidget,
    ShowVerticalWidget,
)

from app.core import merging
from app.core.db import db
from app.core.interface import AppInterface
from app.core.web import AppView, Page
from app.people.models import ActivitySpell, Member
from app.security import kept

ERRORS = (400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503)
DOORS = ("login_db", "login_ldap", "login_oauth", "login_saml", "register_oauth", "activation")
# Everybody may read what is called Home.
OPEN = dict.fromkeys(("list", "show", "add", "edit", "export", "chart"), "read")


class _Spells(AppView):
    screen = "Home"
    method_permission_name = OPEN
    route_base = "/specimens/spells"
    datamodel = AppInterface(ActivitySpell, eager=("member",))
    list_title = show_title = add_title = edit_title = "Specimen"
    list_columns = show_columns = ["member", "state", "from_on"]
    add_columns = edit_columns = ["state", "from_on"]
    search_columns = ["state"]


class _Members(AppView):
    screen = "Home"
    method_permission_name = OPEN
    datamodel = AppInterface(Member, eager=("unit",))
    list_title = show_title = add_title = edit_title = "Specimen"
    list_columns = ["full_name", "position", "unit", "joined_on"]
    show_columns = ["full_name", "position", "unit", "phone"]
    add_columns = edit_columns = ["full_name", "position", "joined_on"]
    search_columns = ["full_name", "position"]
    related_views = [_Spells]
    page_size = 10


LISTS = (ListAddWidget, ListBlock, ListCarousel, ListItem, ListLinkWidget, ListThumbnail)
SHOWS = (ShowBlockWidget, ShowVerticalWidget)
FORMS = (FormHorizontalWidget, FormInlineWidget, FormVerticalWidget)


def _screens() -> list[type[AppView]]:
    """Each widget of the framework on a screen of its own, and nothing twice."""
    made: list[type[AppView]] = []
    for number, widget in enumerate((*LISTS, ListMasterWidget)):
        values: dict[str, Any] = {
            "route_base": f"/specimens/{widget.__name__.lower()}",
            "list_widget": widget,
            "show_widget": SHOWS[number % 2],
            "add_widget": FORMS[number % 3],
            "edit_widget": FORMS[(number + 1) % 3],
        }
        # There are three widgets of forms and two that show a row.
        spare = {"show"} if number >= len(SHOWS) else set()
        spare |= {"add", "edit"} if number >= len(FORMS) else set()
        values["exclude_route_methods"] = AppView.exclude_route_methods | spare | {"export"}
        if number % 2:
            values["edit_template"] = "appbuilder/general/model/edit_cascade.html"
            values["show_template"] = "appbuilder/general/model/show_cascade.html"
        made.append(type(f"Specimen{widget.__name__}", (_Members,), values))
    return made


class _Roles(AppView):
    screen = "Home"
    method_permission_name = OPEN
    route_base = "/specimens/roles"
    datamodel = AppInterface(Role)
    list_title = show_title = "Specimen"
    list_columns = ["name"]
    show_columns = ["name", "permissions"]
    search_columns = ["name"]
    exclude_route_methods = {"add", "edit", "delete", "download"}
    list_widget = RoleListWidget
    show_widget = RoleShowWidget


class _MasterDetail(MasterDetailView):  # type: ignore[misc] # FAB ships no types
    class_permission_name = "Home"
    method_permission_name = OPEN
    route_base = "/specimens/masterdetail"
    datamodel = AppInterface(Member)
    list_title = "Specimen"
    list_columns = ["full_name"]
    list_widget = ListMasterWidget
    master_div_width = 4
    related_views = [_Spells]


class _Multiple(MultipleView):  # type: ignore[misc] # FAB ships no types
    class_permission_name = "Home"
    method_permission_name = OPEN
    route_base = "/specimens/multiple"
    views = [_Spells]


class _Chart(GroupByChartView):  # type: ignore[misc] # FAB ships no types
    class_permission_name = "Home"
    method_permission_name = OPEN
    route_base = "/specimens/chart"
    datamodel = AppInterface(Member)
    chart_title = "Specimen"
    search_columns = ["position"]
    definitions = [
        {"group": "unit_id", "series": [(aggregate_count, "full_name")]},
    ]


class _Charts(_Chart):
    route_base = "/specimens/charts"
    chart_widget = MultipleChartWidget


class _TimeChart(TimeChartView):  # type: ignore[misc] # FAB ships no types
    class_permission_name = "Home"
    method_permission_name = OPEN
    route_base = "/specimens/timechart"
    datamodel = AppInterface(Member)
    chart_title = "Specimen"
    search_columns = ["position"]
    group_by_columns = ["joined_on"]


class _Pages(Page):
    screen = "Home"
    route_base = "/specimens"
    method_permission_name = dict.fromkeys(("error", "door", "kept", "index", "clash"), "read")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """What somebody sees who has no desk."""
        return self.render_template("appbuilder/index.html", title="Specimen")

    @expose("/door/<name>")
    def door(self, name: str) -> Any:
        """A way to log in that this installation does not use."""
        return self.render_template(
            f"appbuilder/general/security/{name}.html",
            title="Specimen",
            form=LoginForm_db(),
            providers=[SimpleNamespace(name="eID"), SimpleNamespace(name="Cổng dịch vụ")],
            first_name="An",
            last_name="Nguyễn",
        )

    @expose("/kept/<step>")
    def kept(self, step: str) -> Any:
        """What was typed before the session ended: in front of the door, and behind it."""
        held = kept.Kept("/members/add", [("full_name", "An"), ("note", "…")], None)
        if step == "inside":
            return kept.page(held)
        template = "appbuilder/general/security/login_db.html"
        return self.render_template(template, form=LoginForm_db(), kept=held.packed())

    @expose("/clash/")
    @has_access
    def clash(self) -> Any:
        """What the second of two sees who saved the same."""
        labels = {"phone": "Specimen 1", "full_name": "Specimen 2", "note": "Specimen 3"}
        base = {"phone": "0911 111 111", "full_name": "An", "note": ""}
        theirs, mine = base | {"phone": "1", "note": "a"}, base | {"full_name": "Anh", "note": "b"}
        found = merging.differing(labels, base, theirs, mine, lambda _name, held: held)
        row = db.session.query(Member).first()
        shown = merging.page(found, row, mine, theirs, base)
        return self.render_template("core/clash_page.html", title="Specimen", choice=shown)

    @expose("/error/<int:status>")
    def error(self, status: int) -> Any:
        """An error of this kind; 500 is an accident that nobody foresaw."""
        if status == 500:
            raise RuntimeError("made on purpose")
        abort(status)


SCREENS = (_Pages, _Spells, *_screens(), _Roles, _MasterDetail, _Multiple)
CHARTS = (_Chart, _Charts, _TimeChart)


def register(app: Flask) -> None:
    """Add them all."""
    with app.app_context():
        appbuilder = app.extensions["appbuilder"]
        for view in (*SCREENS, *CHARTS):
            appbuilder.add_view_no_menu(view())
