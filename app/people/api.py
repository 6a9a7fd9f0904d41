"""Members over REST."""

from app.core.api import AppApi
from app.core.interface import AppInterface
from app.people import commands
from app.people.models import Member


class MemberApi(AppApi):
    screen = "Members"
    resource_name = "members"
    datamodel = AppInterface(Member, eager=("unit",))
    list_columns = ["id", "unit", "full_name", "standing", "position", "phone", "joined_on"]
    list_columns += ["left_on", "left_reason"]
    show_columns = [*list_columns, "version"]
    search_columns = ["unit", "full_name", "standing", "position", "joined_on", "left_on"]
    order_columns = ["id", "name_key", "joined_on", "left_on"]
    base_order = ("name_key", "asc")
    add_columns = ["unit", "full_name", "standing", "position", "phone", "joined_on"]
    edit_columns = ["full_name", "standing", "position", "phone", "joined_on"]
    create = staticmethod(commands.join)
    change = staticmethod(commands.change)
