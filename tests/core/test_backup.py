"""Backup and restore as the README says, with the programs of the embedded server."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import URL, make_url

from app import create_app
from app.core import cli, cluster, postgres, scope
from app.core.db import db
from app.people.models import Member
from app.units.models import Unit
from tests import factories
from tests.conftest import _settings


def tool(name: str, *arguments: str) -> None:
    subprocess.run([cluster.programs() / name, *arguments], check=True, capture_output=True)


@pytest.fixture
def new_server() -> Iterator[str]:
    """Another server, on which nothing was ever set up."""
    with TemporaryDirectory(prefix="nep-test-") as folder:
        home = Path(folder) / "pg"
        with postgres.embedded(home, durable=False) as address:
            yield address


def told(app: Any) -> tuple[int, int, int]:
    """Units, members of all, and members that the north sees."""
    with app.app_context():
        count = select(func.count())
        with scope.system():
            units = db.session.scalar(count.select_from(Unit))
            members = db.session.scalar(count.select_from(Member))
            north = factories.unit("NORTH").path
        with scope.entered(scope.branch(north)):
            seen = db.session.scalar(count.select_from(Member))
        db.engine.dispose()
    return units, members, seen


def test_a_dump_restored_on_another_server_serves_the_same_rows(
    app: Any, server: URL, template: str, new_server: str, tmp_path: Path
):
    before = told(app)
    owner = server.set(database=template).render_as_string(hide_password=False)
    there, dump = postgres.for_tools(new_server), str(tmp_path / "nep.dump")
    tool("pg_dump", "--format=custom", f"--file={dump}", postgres.for_tools(owner))
    tool("psql", there, "-c", "CREATE ROLE nep_app LOGIN")
    tool("pg_restore", "--exit-on-error", f"--dbname={there}", dump)
    restored = create_app(**_settings(make_url(new_server), "nep"))
    with restored.app_context():
        cli.setup(restored)
    assert told(restored) == before
    units, members, seen = before
    assert units == 7
    assert 0 < seen < members


def test_a_restore_that_went_by_without_the_role_is_told(app: Any, server: URL, template: str):
    owner = server.set(database=template)
    there = owner.render_as_string(hide_password=False)
    postgres.check_app_role(there, app.config["SQLALCHEMY_DATABASE_URI"])
    with pytest.raises(ValueError, match="pg_monitor may read no table"):
        postgres.check_app_role(there, str(owner.set(username="pg_monitor")))
