"""The first day of an office: its root unit, its rules, its first administrator."""

from typing import Any

from flask import current_app


def register(_appbuilder: Any) -> None:
    """Add the command; everything after the first day is done on screens."""
    from app.office.cli import office_command

    current_app.cli.add_command(office_command)
