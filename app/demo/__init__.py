"""Demo data: invented units, people and months, loaded on request. Stands above all features."""

from datetime import date
from typing import Any

from flask import Flask, current_app


def register(_appbuilder: Any) -> None:
    """Add the command; a demo has no screens of its own."""
    from app.demo.cli import demo_command

    current_app.cli.add_command(demo_command)


def load(size: str, *, seed: int = 1, today: date | None = None) -> None:
    """Fill the empty database with a demo of the size ``bloc``, ``province`` or ``nation``."""
    from app.demo import loading

    loading.load(size, seed=seed, today=today)


def accounts() -> list[str]:
    """Lines to print: user name, password and role of each demo account."""
    from app.demo import logins

    return logins.lines()


def refuse_accounts(app: Flask) -> None:
    """Stop a production start while demo accounts can log in."""
    from app.demo import logins

    logins.refuse_demo_accounts(app)
