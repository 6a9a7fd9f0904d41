"""What is made once before a server forks its workers, so that nobody's first page waits for it."""

from flask import Flask
from flask_babel import force_locale, gettext

from app.core.i18n import LANGUAGES


def make(app: Flask) -> None:
    """Compile the templates and load the catalogues: every worker, a new one too, has them."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    with app.test_request_context():
        for language in LANGUAGES:
            with force_locale(language):
                gettext("Home")
