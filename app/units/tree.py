"""The tree of units: it opens branch by branch, with and without scripts."""

from itertools import pairwise
from typing import Any

from flask import abort, render_template, request
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core.acting import actor
from app.core.interface import as_key
from app.core.text import fold, nfc
from app.core.web import Page
from app.units import queries
from app.units.queries import BRANCH_PAGE, Node
from app.units.rules import ids_of

RESULTS = 50
LONGEST = 100


class UnitTreeView(Page):
    """``?open=`` opens the line to a unit, ``?after=`` goes on in its branch, ``?q=`` finds."""

    screen = "UnitTree"
    route_base = "/unit-tree"
    default_view = "index"
    method_permission_name = {"index": "read", "below": "read"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """The tree with one line open, or what was found in it."""
        words = nfc(request.args.get("q", ""))[:LONGEST]
        shown = _found(words) if fold(words) else _opened()
        return self.render_template(
            "units/tree.html", title=_("Tree of units"), words=words, page=BRANCH_PAGE, **shown
        )

    @expose("/below/<key>")
    @has_access
    def below(self, key: str) -> Any:
        """The branch of one unit as a fragment of the page."""
        unit_id = as_key(key)
        if unit_id is None:
            abort(404)
        below = queries.children(unit_id, after=request.args.get("after", "")[:LONGEST])
        if not below and not queries.nodes([unit_id]):
            abort(404)
        return render_template(
            "units/branch.html", parent_id=unit_id, nodes=below, page=BRANCH_PAGE
        )


def _opened() -> dict[str, Any]:
    """The acting unit's tree, open down to the unit that is asked for."""
    root, wanted = actor().unit_id, _wanted()
    line = queries.nodes(ids_of(wanted.path) if wanted else [root])
    under = queries.branches([node.id for node in line])
    if wanted and request.args.get("after"):
        under[wanted.id] = list(queries.children(wanted.id, after=request.args["after"][:LONGEST]))
    for above, node in pairwise(line):
        _keep_in_sight(under[above.id], node)
    return {"roots": line[:1], "under": under, "wanted": wanted.id if wanted else root}


def _wanted() -> Node | None:
    key = as_key(request.args.get("open", ""))
    if key is None:
        return None
    found = queries.nodes([key])
    return found[0] if found else abort(404)


def _keep_in_sight(branch: list[Node], node: Node) -> None:
    """A unit of the open line is shown even when its branch is longer than a page."""
    if node not in branch[:BRANCH_PAGE]:
        branch.insert(BRANCH_PAGE - 1, node)


def _found(words: str) -> dict[str, Any]:
    """Units that the words find, each with the line above it."""
    found = queries.found(fold(words), most=RESULTS)
    above = {key for node in found for key in ids_of(node.path)[:-1]}
    names = {node.id: node.name for node in queries.nodes(sorted(above))}
    lines = {
        node.id: [names[key] for key in ids_of(node.path)[:-1] if key in names] for node in found
    }
    return {"found": found[:RESULTS], "lines": lines, "more": len(found) > RESULTS}
