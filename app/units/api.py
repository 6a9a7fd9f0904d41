"""Units over REST."""

from app.core.api import AppApi
from app.core.interface import AppInterface
from app.units import commands
from app.units.models import Unit


class UnitApi(AppApi):
    screen = "Units"
    resource_name = "units"
    datamodel = AppInterface(Unit, eager=("parent",))
    list_columns = ["id", "code", "name", "short_name", "kind", "cell_type", "is_cell"]
    list_columns += ["parent", "path", "member_count", "names_kept", "valid_from", "valid_to"]
    show_columns = [*list_columns, "version"]
    search_columns = ["code", "name", "kind", "cell_type", "parent", "is_cell", "names_kept"]
    search_columns += ["valid_from", "valid_to"]
    order_columns = ["id", "path", "code", "name", "member_count", "valid_from"]
    base_order = ("path", "asc")
    add_columns = ["parent", "kind", "cell_type", "code", "name", "short_name", "member_count"]
    add_columns += ["valid_from"]
    edit_columns = ["code", "member_count"]
    create = staticmethod(commands.establish)
    change = staticmethod(commands.change)
