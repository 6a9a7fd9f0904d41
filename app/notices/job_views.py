"""The page of the jobs that failed, for the administrators of a root."""

from typing import Any

from flask import abort, current_app, flash, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _

from app.core import jobs
from app.core.acting import actor
from app.core.db import transaction
from app.core.web import Page
from app.notices import queries, wording
from app.units.rules import depth

MOST = 100


class JobPage(Page):
    """What the runner could not do."""

    screen = "Jobs"
    route_base = "/jobs"
    default_view = "index"
    method_permission_name = {"index": "read", "retry": "retry"}

    @expose("/")
    @has_access
    def index(self) -> Any:
        """The failed jobs, and when notices were last made."""
        _at_root()
        return self.render_template(
            "notices/jobs.html",
            title=_("Jobs in the background"),
            crumbs=[(_("What needs a hand"), url_for("Home.index"))],
            failed=jobs.failed(MOST),
            waiting=jobs.waiting(),
            last=queries.last_plan(),
            mails=bool(current_app.config["MAIL_URL"]),
            names=wording.jobs(),
            may_retry=self.appbuilder.sm.has_access("can_retry", "Jobs"),
        )

    @expose("/retry/<int:job>", methods=["POST"])
    @has_access
    def retry(self, job: int) -> Any:
        """Try one once more."""
        _at_root()
        with transaction():
            if not jobs.again(job):
                abort(404)
        flash(_("It is tried again."), "success")
        return redirect(url_for("JobPage.index"))


def _at_root() -> None:
    """Jobs serve all branches: those of a root look after them."""
    if depth(actor().unit_path) != 1:
        abort(403)
