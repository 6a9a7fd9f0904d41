"""Settings that cannot be read, or that production must not run with, stop the start."""

import pytest

import config

LONG = "x" * 40


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in (
        "NEP_PRODUCTION",
        "SECRET_KEY",
        "DATABASE_URL",
        "DATABASE_APP_URL",
        "PORT",
        "NEP_TLS",
        "MAIL_URL",
        "MAIL_FROM",
        "NEP_PUBLIC_URL",
        "NEP_JOBS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("FLASK_DEBUG", raising=False)


def load(monkeypatch, **given):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return config.load()


def test_without_settings_the_embedded_server_is_used(monkeypatch):
    settings = load(monkeypatch)
    assert settings["EMBEDDED"]
    assert "nep_app@" in settings["SQLALCHEMY_DATABASE_URI"]
    assert settings["SESSION_COOKIE_SECURE"] is False


@pytest.mark.parametrize(
    "given",
    [
        {"NEP_PRODUCTION": "1"},
        {"NEP_PRODUCTION": "1", "SECRET_KEY": "short"},
        {"NEP_PRODUCTION": "1", "SECRET_KEY": config.DEFAULT_SECRET_KEY},
        {"NEP_PRODUCTION": "1", "SECRET_KEY": LONG, "FLASK_DEBUG": "1"},
        {"NEP_PRODUCTION": "perhaps"},
        {"PORT": "eighty"},
        {"PORT": "70000"},
        {"PORT": "-1"},
        {"DATABASE_URL": "sqlite:///x.db"},
        {"DATABASE_URL": "not a url"},
        {"MAIL_URL": "mail.office.vn"},
        {"MAIL_URL": "smtp://mail.office.vn:port", "MAIL_FROM": "nep@office.vn"},
        {"MAIL_URL": "smtp://mail.office.vn"},
        {"NEP_PUBLIC_URL": "nep.office.vn"},
        {
            "NEP_PRODUCTION": "1",
            "SECRET_KEY": LONG,
            "MAIL_URL": "smtp://mail.office.vn",
            "MAIL_FROM": "nep@office.vn",
        },
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_plain_message(monkeypatch, given):
    with pytest.raises(config.BadSetting) as stopped:
        load(monkeypatch, **given)
    assert str(stopped.value)
    assert "Traceback" not in str(stopped.value)


def test_emails_leave_by_the_server_that_is_named(monkeypatch):
    given = {"MAIL_URL": "smtps://me:word@mail.office.vn", "MAIL_FROM": "Nếp <nep@office.vn>"}
    settings = load(monkeypatch, **given, NEP_PUBLIC_URL="https://nep.office.vn/")
    assert settings["MAIL_URL"] == given["MAIL_URL"]
    assert settings["PUBLIC_URL"] == "https://nep.office.vn"
    assert settings["JOBS"] is True


def test_production_sends_cookies_over_tls_only(monkeypatch):
    settings = load(monkeypatch, NEP_PRODUCTION="1", SECRET_KEY=LONG)
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["TLS"] is True


def test_a_given_server_is_used_with_a_role_that_owns_nothing(monkeypatch):
    settings = load(monkeypatch, DATABASE_URL="postgres://boss:secret@db.example/nep")
    assert not settings["EMBEDDED"]
    assert settings["DATABASE_OWNER_URL"].startswith("postgresql+psycopg://boss:secret@")
    assert "boss" not in settings["SQLALCHEMY_DATABASE_URI"]
    assert "secret@" not in settings["SQLALCHEMY_DATABASE_URI"]
