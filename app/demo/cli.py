"""The command that loads a demo and the one that closes its accounts."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import cli
from app.demo import loading, logins


@click.command("demo")
@click.option(
    "--size",
    type=click.Choice(loading.SIZES),
    default="bloc",
    show_default=True,
    help="bloc: 406 cells with people; province: 6,000 and nation: 300,000 by head-counts.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another one, other data.")
@click.option("--remove-accounts", is_flag=True, help="Close the demo accounts; load nothing.")
@with_appcontext
def demo_command(size: str, seed: int, remove_accounts: bool) -> None:
    """Fill an empty database with invented units, people and 36 months."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    with cli.database(app):
        cli.setup(app)
        if remove_accounts:
            click.echo(f"Demo accounts closed: {logins.remove()}.")
            return
        loading.load(size, seed=seed)
        for line in logins.lines():
            click.echo(line)
