"""Settings. The only reader of the environment; a value that cannot be read stops the start."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url

from app.core import postgres

ROOT = Path(__file__).resolve().parent
DEFAULT_SECRET_KEY = "for-trials-only-set-SECRET_KEY-in-production"  # noqa: S105 - public on purpose
APP_ROLE = "nep_app"


class BadSetting(SystemExit):
    """A setting is missing or cannot be read; ends the program with a plain message."""


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def _number(name: str, default: int, lowest: int, highest: int) -> int:
    value = _text(name, str(default))
    if not value.isdecimal() or not lowest <= int(value) <= highest:
        raise BadSetting(f"{name}={value!r}: a whole number from {lowest} to {highest} is needed.")
    return int(value)


def _flag(name: str, default: bool = False) -> bool:
    value = _text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise BadSetting(f"{name}={value!r}: write 1 or 0.")
    return value in {"1", "true", "yes"}


def _url(name: str) -> URL | None:
    value = _text(name)
    if not value:
        return None
    try:
        url = make_url(value)
    except Exception as error:
        raise BadSetting(f"{name} is not a database URL.") from error
    if not url.drivername.startswith("postgres"):
        raise BadSetting(f"{name}: only PostgreSQL is supported.")
    return url.set(drivername="postgresql+psycopg")


def _mail() -> dict[str, Any]:
    """How e-mails leave, if they do: smtp:// or smtps:// with name and password when needed."""
    address, sender = _text("MAIL_URL"), _text("MAIL_FROM")
    try:
        way = urlsplit(address)
        readable = not address or (
            way.scheme in {"smtp", "smtps"} and way.hostname and way.port != 0
        )
    except ValueError:
        readable = False
    if not readable:
        raise BadSetting("MAIL_URL: write it like smtp://name:password@mail.office.vn:587.")
    if address and "@" not in sender:
        raise BadSetting("MAIL_FROM is not set: e-mails need the address they come from.")
    return {"MAIL_URL": address, "MAIL_FROM": sender}


def _public_url(host: str, port: int) -> str:
    """The address that people open, for links in e-mails."""
    address = _text("NEP_PUBLIC_URL") or f"http://{host}:{port}"
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).netloc:
        raise BadSetting("NEP_PUBLIC_URL: write it like https://nep.office.vn.")
    return address.rstrip("/")


def _instance() -> Path:
    return Path(_text("NEP_INSTANCE") or ROOT / "instance").resolve()


def load() -> dict[str, Any]:
    """Read the environment once; raises ``BadSetting`` with what to mend."""
    instance = _instance()
    owner = _url("DATABASE_URL")
    embedded = owner is None
    if owner is None:
        owner = make_url(postgres.url(instance / "postgres"))
    login = _url("DATABASE_APP_URL") or _as_app_role(owner)
    production = _flag("NEP_PRODUCTION")
    secret_key = _text("SECRET_KEY", DEFAULT_SECRET_KEY)
    if login.password is None and not embedded:
        login = login.set(password=_derived_password(secret_key))
    if production and secret_key == DEFAULT_SECRET_KEY:
        raise BadSetting("SECRET_KEY is not set: production needs a long random one of its own.")
    if production and len(secret_key) < 32:
        raise BadSetting("SECRET_KEY is too short: use at least 32 random characters.")
    if production and _flag("FLASK_DEBUG"):
        raise BadSetting("FLASK_DEBUG is on: production must not run with the debugger.")
    mail = _mail()
    if production and mail["MAIL_URL"] and not _text("NEP_PUBLIC_URL"):
        raise BadSetting("NEP_PUBLIC_URL is not set: links in e-mails need the public address.")
    host, port = _text("HOST", "127.0.0.1"), _number("PORT", 8080, 1, 65535)
    return {
        "PRODUCTION": production,
        "SECRET_KEY": secret_key,
        "INSTANCE": instance,
        "EMBEDDED": embedded,
        "DATABASE_OWNER_URL": owner.render_as_string(hide_password=False),
        "SQLALCHEMY_DATABASE_URI": login.render_as_string(hide_password=False),
        "HOST": host,
        "PORT": port,
        "PUBLIC_URL": _public_url(host, port),
        "WEB_WORKERS": _number("WEB_WORKERS", 2, 1, 64),
        "JOBS": _flag("NEP_JOBS", True),
        "DEMO_PASSWORD": _text("DEMO_PASSWORD"),
        "TLS": _flag("NEP_TLS", production),
        "OFFLINE": _flag("NEP_OFFLINE", True),
        "TRUSTED_PROXIES": _number("NEP_TRUSTED_PROXIES", 0, 0, 5),
        **mail,
    } | _fixed(tls=_flag("NEP_TLS", production))


def _as_app_role(owner: URL) -> URL:
    # URL.set(password=None) would keep the owner's password.
    return owner._replace(username=APP_ROLE, password=None)


def _derived_password(secret_key: str) -> str:
    """The application role's password when only the owner's URL is given."""
    import hashlib
    import hmac

    return hmac.new(secret_key.encode(), b"nep database role", hashlib.sha256).hexdigest()


def _fixed(*, tls: bool) -> dict[str, Any]:
    return {
        "APP_NAME": "Nếp",
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "pool_size": 8,
            "max_overflow": 8,
            # A generic plan cannot know how wide the scope is, and costs a nation seconds.
            "connect_args": {"prepare_threshold": None},
        },
        "SESSION_COOKIE_SECURE": tls,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": 8 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 4000,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "BABEL_DEFAULT_FOLDER": "translations",
        "LANGUAGES": {
            "vi": {"flag": "vn", "name": "Tiếng Việt"},
            "en": {"flag": "gb", "name": "English"},
        },
        "AUTH_TYPE": 1,
        "AUTH_ROLE_ADMIN": "Administrator",
        "AUTH_USER_REGISTRATION": False,
        "AUTH_RATE_LIMITED": True,
        "RATELIMIT_ENABLED": True,
        "AUTH_RATE_LIMIT": "20 per minute",
        # One count per worker is enough: accounts also lock themselves, in the database.
        "RATELIMIT_STORAGE_URI": "memory://",
        "FAB_CREATE_DB": False,
        "FAB_UPDATE_PERMS": False,
        "FAB_ADD_SECURITY_API": False,
        "FAB_API_KEY_ENABLED": False,
        "FAB_API_SWAGGER_UI": True,
        "FAB_API_MAX_PAGE_SIZE": 200,
        "FAB_SECURITY_MANAGER_CLASS": "app.security.manager.SecurityManager",
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=15),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=7),
    }
