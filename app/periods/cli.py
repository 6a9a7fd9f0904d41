"""The nightly job that keeps months open and up to date."""

from datetime import date

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import cli, clock, months, scope
from app.core.db import transaction
from app.periods import commands, queries
from app.periods.rules import months_at_work
from app.units.models import Unit


@click.command("open-month")
@click.option("--month", "asked", multiple=True, help="MM/yyyy; may be given several times.")
@with_appcontext
def open_month_command(asked: tuple[str, ...]) -> None:
    """Open months for every root, by itself the last, this and the next; safe to repeat."""
    try:
        wanted = [months.parse(one) for one in asked] or months_at_work(clock.today())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    app = current_app._get_current_object()  # type: ignore[attr-defined] # the proxy's own
    with cli.database(app):
        for month in wanted:
            if not _open(month) and asked:
                raise click.ClickException(f"No office existed in {month:%m/%Y}.")


def _open(month: date) -> int:
    """Each root by itself: a writer of facts waits for one opening, not for all.

    Gives how many roots existed in that month.
    """
    with scope.system():
        roots = [one.id for one in queries.roots() if _was_there(one, month)]
    for key in roots:
        with scope.system(), transaction() as session:
            unit = session.get_one(Unit, key)
            done = commands.open_month(unit, month, by=None).total
            click.echo(
                f"{month:%m/%Y} {unit.code}: {done.added} added, {done.changed} changed,"
                f" {done.withdrawn} withdrawn"
            )
    return len(roots)


def _was_there(unit: Unit, month: date) -> bool:
    begun = months.first_of(unit.valid_from) <= month
    return begun and (unit.valid_to is None or month < unit.valid_to)
