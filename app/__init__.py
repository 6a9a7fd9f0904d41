"""Nếp: the software with which an organisation keeps the rhythm of its monthly meetings."""

from importlib import import_module
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app.core import cli, errors, face, forms, i18n, inputs, runner
from app.core.db import db
from app.core.home import Home

FEATURES = (
    "dashboard",
    "calendars",
    "filing",
    "meetings",
    "periods",
    "reminders",
    "notices",
    "evaluations",
    "review",
    "watch",
    "reports",
    "rollup",
    "deadlines",
    "search",
    "people",
    "units",
    "security",
    "shell",
    "guides",
    "practice",
    "office",
    "demo",
)
"""Packages in the order of the menu."""


def create_app(**overrides: Any) -> Flask:
    """Build the application from the environment; ``overrides`` replace single settings."""
    app = Flask("app", instance_path=str(config.ROOT / "instance"))
    app.config.update(config.load() | overrides)
    app.jinja_environment = face.Templates
    app.json = inputs.Json(app)
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign] # customary
    db.init_app(app)
    Migrate(app, db, directory=str(config.ROOT / "migrations"))
    CSRFProtect(app)
    face.register(app)
    forms.install()
    app.before_request(inputs.check)
    with app.app_context():
        appbuilder = AppBuilder(app, db.session, indexview=Home)
        for name in FEATURES:
            import_module(f"app.{name}").register(appbuilder)
    i18n.register(app)
    errors.register(app)
    cli.register(app)
    runner.register(app)
    return app
