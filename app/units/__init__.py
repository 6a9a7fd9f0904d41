"""The dated tree of organisation units: what they are, where they stand, what they were."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.lookup import SOURCES, Source
from app.units import api, changes, tree, views
from app.units.models import CellType, Unit, UnitKind


def register(appbuilder: Any) -> None:
    """Add the screens of the feature."""
    SOURCES["unit"] = Source(Unit, (Unit.path,), hint=lambda unit: unit.code)
    SOURCES["unit_kind"] = Source(UnitKind, (UnitKind.level, UnitKind.name))
    SOURCES["cell_type"] = Source(CellType, (CellType.name,))
    group = {"category": "Organisation", "category_label": _l("Organisation")}
    screens = (
        (tree.UnitTreeView(), "UnitTree", "sitemap", _l("Tree of units")),
        (views.UnitView(), "Units", "building-community", _l("Units")),
        (views.UnitVersionView(), "UnitVersions", "history", _l("Changes of units")),
        (views.UnitKindView(), "UnitKinds", "category", _l("Kinds of unit")),
        (views.CellTypeView(), "CellTypes", "tags", _l("Types of cell")),
    )
    for screen, name, icon, label in screens:
        appbuilder.add_view(screen, name, icon=icon, label=label, **group)
    appbuilder.add_view_no_menu(changes.UnitChangeView())
    appbuilder.add_api(api.UnitApi)
