"""Criteria sets over REST."""

from app.core.api import AppApi
from app.core.interface import AppInterface
from app.evaluations.models import CriteriaSet


class CriteriaSetApi(AppApi):
    """Criteria sets with their criteria and bands, to read."""

    screen = "CriteriaSets"
    resource_name = "criteria_sets"
    datamodel = AppInterface(CriteriaSet)
    list_columns = ["id", "unit_id", "code", "revision", "name", "status", "meeting_types"]
    list_columns += ["total", "valid_from", "valid_to"]
    show_columns = [*list_columns, "issuer", "legal_basis", "certainty", "criteria.id"]
    show_columns += [f"criteria.{name}" for name in ("parent_id", "code", "name", "max_points")]
    show_columns += [f"criteria.{name}" for name in ("kind", "choices", "is_leaf", "note")]
    show_columns += ["bands.rating_code", "bands.min_points"]
    search_columns = ["code", "name", "status", "valid_from", "valid_to"]
    order_columns = ["id", "code", "revision", "valid_from"]
