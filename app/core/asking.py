"""Pages that ask a few things in a small form and then run one command."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.core.db import transaction
from app.core.errors import RuleBroken, plain_message
from app.core.web import Page


class FormPage(Page):
    """Methods of such a page build the form and end with ``return self.ask(…)``."""

    form_template = "core/form_page.html"

    def ask(
        self, form: Any, command: Callable[[], Any], *, done: Callable[[], str], **shown: Any
    ) -> Any:
        """Show ``form``; once it is sent and right, run ``command`` in one transaction.

        A broken rule goes beside its field and the form keeps what was typed. Afterwards leads to
        the address that ``done`` answers. ``shown`` reaches the template: title, subtitle, crumbs,
        intro, save_label, back.
        """
        if form.validate_on_submit():
            try:
                with transaction():
                    command()
            except (RuleBroken, IntegrityError, StaleDataError) as error:
                message, field = plain_message(error)
                if field in form:
                    form[field].errors = [*form[field].errors, message]
                else:
                    form.form_errors = [*form.form_errors, message]
            else:
                flash(_("Saved"), "success")
                return redirect(done())
        return self.render_template(self.form_template, form=form, **shown)


def sent(field: Any) -> Any:
    """What a field holds that had to be filled."""
    return field.data
