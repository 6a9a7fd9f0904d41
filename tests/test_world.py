"""The world of the tests: whoever writes leaves it as it was for the next."""

import pytest
from sqlalchemy import text

from app.core import scope
from app.core.db import db
from app.units.models import Unit

RENAME = text("UPDATE unit SET name = 'x' WHERE code = 'N1'")


def names(app) -> list[str]:
    with app.app_context(), scope.system():
        return sorted(db.session.scalars(db.select(Unit.name)))


@pytest.mark.parametrize("ends", ["committed", "rolled back"])
def test_a_world_that_was_written_into_is_not_used_again(app, world_of_tests, ends):
    with app.app_context(), scope.system():
        db.session.execute(RENAME)
        getattr(db.session, "commit" if ends == "committed" else "rollback")()
        db.engine.dispose()
    world_of_tests.close_if_written()
    assert world_of_tests._open is None
    world_of_tests.open()
    assert "x" not in names(app)


def test_a_world_that_was_only_read_is_used_again(app, world_of_tests):
    before = names(app)
    with app.app_context():
        db.engine.dispose()
    world_of_tests.close_if_written()
    assert world_of_tests._open is not None
    assert names(app) == before
