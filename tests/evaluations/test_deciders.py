"""Who verifies and who decides: as the rules of the office say, and as before where none does."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import commands, rules
from app.evaluations.deciders import Decider
from app.evaluations.rules import EvaluationState, Layer, Level
from app.security.models import AuditEntry
from app.security.rules import RoleName
from tests import factories
from tests.evaluations.conftest import acting


def rule(layer: Layer, owner: str = "ROOT", **values: object) -> None:
    unit = factories.unit(owner)
    where = {"unit_id": unit.id, "unit_path": unit.path, "valid_from": date(2026, 1, 1)}
    db.session.add(Decider(layer=layer, **(where | values)))
    db.session.flush()


@pytest.mark.parametrize(
    ("level", "path", "fits"),
    [
        (Level.ANY, "/1/2/", True),
        (Level.DIRECT, "/1/2/", True),
        (Level.DIRECT, "/1/", False),
        (Level.DIRECT, "/1/2/3/", False),
        (Level.UPPER, "/1/", True),
        (Level.UPPER, "/1/2/", False),
        (Level.UPPER, "/9/", False),
    ],
)
def test_levels_above_a_cell(level, path, fits):
    assert rules.is_at(level, "/1/2/3/", path) == fits


def test_without_a_rule_every_role_that_may_decides(sent):
    evaluation = sent()
    commands.verify(evaluation, by=acting("clerk_north"))
    commands.make_official(evaluation, by=acting("chief"))
    assert evaluation.state is EvaluationState.OFFICIAL


def test_the_level_that_the_rules_name_decides(sent):
    evaluation = sent()
    rule(Layer.OFFICIAL, level=Level.UPPER)
    with pytest.raises(RuleBroken):
        commands.make_official(evaluation, by=acting("clerk_north"))
    assert evaluation.state is EvaluationState.SELF_SCORED
    commands.make_official(evaluation, by=acting("analyst"))
    assert evaluation.state is EvaluationState.OFFICIAL


def test_the_role_that_the_rules_name_decides_and_gives_the_points(sent):
    evaluation = sent()
    rule(Layer.OFFICIAL, role=RoleName.Leader)
    with pytest.raises(RuleBroken):
        commands.give_points(evaluation, Layer.OFFICIAL, {}, by=acting("analyst"))
    with pytest.raises(RuleBroken):
        commands.make_official(evaluation, by=acting("analyst"))
    commands.make_official(evaluation, by=acting("chief"))
    assert evaluation.official_by == "chief"


def test_the_nearest_owners_rule_in_force_on_the_meetings_day_holds(sent):
    evaluation = sent()
    rule(Layer.OFFICIAL, level=Level.UPPER)
    rule(Layer.OFFICIAL, "NORTH", level=Level.DIRECT)
    rule(Layer.OFFICIAL, "N1", role=RoleName.Leader, valid_to=date(2026, 2, 1))
    with pytest.raises(RuleBroken):
        commands.make_official(evaluation, by=acting("analyst"))
    commands.make_official(evaluation, by=acting("clerk_north"))
    assert evaluation.state is EvaluationState.OFFICIAL


def test_only_who_attended_verifies_where_the_rules_ask_for_it(sent):
    evaluation = sent()
    rule(Layer.VERIFIED, attended=True)
    evaluation.meeting.superior = "Đ/c Lê Văn An, Phó Bí thư"
    other, he = acting("supervisor_north"), replace(acting("supervisor_north"), name="Lê Văn An")
    with pytest.raises(RuleBroken, match="Lê Văn An"):
        commands.verify(evaluation, by=other)
    commands.verify(evaluation, by=he)
    assert evaluation.state is EvaluationState.VERIFIED


def test_where_nobody_attended_nobody_verifies(sent):
    evaluation = sent()
    rule(Layer.VERIFIED, attended=True)
    evaluation.meeting.superior = None
    with pytest.raises(RuleBroken):
        commands.verify(evaluation, by=acting("supervisor_north"))


def test_without_that_rule_the_log_notes_that_it_was_another(sent):
    evaluation = sent()
    evaluation.meeting.superior = "Lê Văn An"
    commands.verify(evaluation, by=acting("supervisor_north"))
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "verify")).one()
    assert told.detail["attended"] == "Lê Văn An"


def test_the_administrator_says_who_decides(app, login):
    with app.app_context(), scope.system():
        north, south = factories.unit("NORTH").id, factories.unit("SOUTH").id
    given = {"unit": north, "layer": "OFFICIAL", "level": "DIRECT", "valid_from": "01/10/2026"}
    client = login("admin_north")
    client.post("/deciders/add", data=given | {"unit": south})
    client.post("/deciders/add", data=given | {"layer": "SELF"})
    with app.app_context(), scope.system():
        assert db.session.query(Decider).count() == 0
    assert client.post("/deciders/add", data=given).status_code == 302
    with app.app_context(), scope.system():
        key = db.session.query(Decider).one().id
    client.post(f"/deciders/edit/{key}", data={"valid_to": "01/12/2026"})
    with app.app_context(), scope.system():
        assert db.session.query(Decider).one().valid_to == date(2026, 12, 1)
    assert "/deciders/show" in login("secretary_north").get("/deciders/list/").text
    assert login("clerk_south").get(f"/deciders/show/{key}").status_code == 404
