"""Members of cells: who is on the roll, and who is exempt, away or a guest for a time."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.lookup import SOURCES, Source
from app.people import api, views
from app.people.models import Member


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    SOURCES["member"] = Source(
        Member, (Member.name_key,), hint=lambda member: member.unit.name, eager=(Member.unit,)
    )
    group = {"category": "Organisation", "category_label": _l("Organisation")}
    appbuilder.add_view(views.MemberView(), "Members", icon="users", label=_l("Members"), **group)
    appbuilder.add_view(
        views.ActivitySpellView(),
        "ActivitySpells",
        icon="user-minus",
        label=_l("Exempt, away or guests"),
        **group,
    )
    appbuilder.add_view_no_menu(views.MemberChangeView())
    appbuilder.add_view_no_menu(views.SpellChangeView())
    appbuilder.add_api(api.MemberApi)
