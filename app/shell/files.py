"""The worker's script: what it keeps of our files, and the fingerprint of all that."""

import hashlib
import json
from pathlib import Path

from flask import current_app, url_for

from app.core import i18n
from app.shell.rules import worker_settings

TOO_LARGE = {"vendor/plotly.min.js"}
"""Charts need the network anyway."""
SHELL = ("css/*.css", "js/*.js", "vendor/*.css", "vendor/*.js", "vendor/*.svg", "img/*.svg")
WORKERS = {True: "js/sw.js", False: "js/sw-off.js"}


def worker(*, offline: bool) -> tuple[str, str]:
    """The script of the worker and its fingerprint; ``offline=False`` is one that leaves."""
    source = (_static() / WORKERS[offline]).read_text(encoding="utf-8")
    if not offline:
        return source, _short(source)
    files = shell_files()
    pages = {code: url_for("Shell.offline", locale=code) for code in i18n.LANGUAGES}
    version = _short(source, *files, *_words())
    folder, logout = url_for("static", filename=""), url_for("LoginView.logout")
    settings = json.dumps(worker_settings(version, files, folder, pages, logout))
    return f"const NEP = {settings};\n{source}", version


def shell_files() -> list[str]:
    """The addresses, with fingerprints, of the files that pages are drawn with."""
    found = {
        str(path.relative_to(_static())) for pattern in SHELL for path in _static().glob(pattern)
    }
    kept = sorted(found - TOO_LARGE - set(WORKERS.values()))
    return [url_for("static", filename=name) for name in kept]


def _static() -> Path:
    return Path(str(current_app.static_folder))


def _words() -> list[str]:
    """What the page without a network says, in every language."""
    root = Path(current_app.root_path)
    sources = [root / "templates/shell/offline.html"]
    sources += [root / f"translations/{code}/LC_MESSAGES/messages.mo" for code in i18n.LANGUAGES]
    return [_digest(path.read_bytes()) for path in sources if path.is_file()]


def _short(*parts: str) -> str:
    return _digest("\n".join(parts).encode())[:12]


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
