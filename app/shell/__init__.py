"""The shell: what makes the application installable and lets it open without a network."""

from typing import Any

from flask import current_app


def register(appbuilder: Any) -> None:
    """Add the addresses that browsers ask for, and mark the pages whose copies they may keep."""
    from app.shell import keeping, rules, views

    appbuilder.add_view_no_menu(views.Shell())
    current_app.after_request(keeping.mark)
    # Heads of pages are drawn through the environment, where context processors do not reach.
    current_app.jinja_env.globals.update(shell_colours=rules.COLOURS, kept_days=rules.KEPT_DAYS)
