"""Who acts in commands that the tests of the desks need."""

import pytest

from app.core.acting import Acting
from tests import factories


@pytest.fixture
def clerk(system) -> Acting:
    """An administrator of the whole world."""
    root, account = factories.unit("ROOT"), factories.account("admin")
    return Acting(
        account_id=account.id,
        username=account.username,
        name="Quản trị",
        assignment_id=0,
        role="Administrator",
        unit_id=root.id,
        unit_path=root.path,
        unit_name=root.name,
    )
