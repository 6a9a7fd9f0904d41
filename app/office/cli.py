"""The command of the first day."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import cli, clock, scope
from app.core.db import transaction
from app.core.errors import RuleBroken
from app.core.text import nfc
from app.office import commands


@click.command("office")
@click.option("--code", required=True, help="Short code of the root unit, such as DUK.")
@click.option("--name", required=True, help="Its full name.")
@click.option("--kind", default="UPPER", show_default=True, help="PROVINCE, UPPER or another.")
@click.option("--admin", "username", required=True, help="User name of the first administrator.")
@click.option("--full-name", required=True, help="The administrator's name.")
@click.option("--email", required=True, help="The administrator's e-mail.")
@with_appcontext
def office_command(
    code: str, name: str, kind: str, username: str, full_name: str, email: str
) -> None:
    """Found an office in an empty database: root unit, rules, first administrator."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    with cli.database(app):
        cli.setup(app)
        try:
            with scope.system(), transaction():
                root = commands.found(nfc(code), nfc(name), kind, on=clock.today())
                password = commands.first_administrator(
                    root, nfc(username), nfc(full_name), nfc(email)
                )
        except RuleBroken as error:
            raise click.ClickException(error.message) from error
        click.echo(f"{name}: {username} / {password}")
