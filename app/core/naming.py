"""Code names of screens and rights as phrases, in the language of the reader."""

import re

from flask_babel import gettext

from app.core.terms import N_

# The rights that Flask-AppBuilder names; ours are words ("can_reset_password").
_VERBS = {
    "can_list": N_("See the list"),
    "can_show": N_("See the details"),
    "can_download": N_("Download"),
    "can_get": N_("Read over REST"),
    "can_info": N_("Read the description over REST"),
    "can_post": N_("Add over REST"),
    "can_put": N_("Change over REST"),
    "menu_access": N_("See it in the menu"),
}


def verb_label(permission: str) -> str:
    """Return what a permission lets one do: "can_reset_password" is "Đặt lại mật khẩu"."""
    return str(gettext(_VERBS.get(permission) or words(permission.removeprefix("can_"))))


def screen_label(screen: str) -> str:
    """Return what a screen of the table of roles is called: "UnitTree" is "Cây tổ chức"."""
    return str(gettext(words(screen)))


def permission_label(permission_name: str, view_name: str) -> str:
    """Return a whole right in words: "Lịch sinh hoạt: Xác nhận"."""
    return f"{screen_label(view_name)}: {verb_label(permission_name)}"


def words(name: str) -> str:
    """Return a code name as an English phrase, the msgid of its label: "UnitTree", "Unit tree"."""
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).split()
    return " ".join(part if part.isupper() else part.lower() for part in parts).capitalize()
