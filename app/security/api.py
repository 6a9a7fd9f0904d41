"""Accounts over REST, to read; they are managed on screens, where a password is shown once."""

from app.core.api import AppApi
from app.core.interface import AppInterface
from app.security.models import Account


class AccountApi(AppApi):
    screen = "Accounts"
    resource_name = "accounts"
    datamodel = AppInterface(Account, eager=("unit",))
    list_columns = ["id", "username", "last_name", "first_name", "email", "phone", "active"]
    list_columns += ["unit", "last_login"]
    show_columns = list_columns
    add_columns = ["username"]
    edit_columns = ["phone"]
    search_columns = ["username", "active"]
    order_columns = ["id", "username", "last_login"]
    base_order = ("username", "asc")
