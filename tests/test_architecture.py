"""The shape of the house: what the tools do not check by themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
LONGEST_FILE = 250
LONGEST_TEMPLATE = 160
# These read or write the request or end a transaction by right.
MAY_COMMIT = {"core/db.py", "core/cli.py", "security/manager.py"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "app"))


def calls(tree: ast.AST) -> list[str]:
    return [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


def test_every_module_says_what_lives_there():
    bare = [name_of(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert bare == []


def test_no_file_outgrows_its_room():
    long = {
        name_of(path): lines
        for path in SOURCES
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_template_outgrows_its_room():
    templates = (ROOT / "app/templates").rglob("*.html")
    long = {
        str(path.relative_to(ROOT)): lines
        for path in templates
        if (lines := len(path.read_text().splitlines())) > LONGEST_TEMPLATE
    }
    assert long == {}


def test_commands_and_queries_neither_commit_nor_read_the_request():
    wrong = []
    for path in SOURCES:
        if path.name in {"views.py", "api.py", "cli.py", "__init__.py"} or "demo" in path.parts:
            continue
        if name_of(path).startswith("core/") or name_of(path) in MAY_COMMIT:
            continue
        tree = ast.parse(path.read_text())
        if "commit" in calls(tree):
            wrong.append(f"{name_of(path)} commits")
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "flask"
            for alias in node.names
        }
        if path.name in {"commands.py", "queries.py"} and "request" in imported:
            wrong.append(f"{name_of(path)} reads the request")
    assert wrong == []


def test_only_the_settings_read_the_environment():
    readers = [
        name_of(path)
        for path in SOURCES
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    ]
    assert readers == []


@pytest.mark.parametrize("bad", ["style=", "onclick=", "onchange=", "onsubmit=", "javascript:"])
def test_templates_keep_to_the_content_policy(bad):
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "app/templates").rglob("*.html")
        if f" {bad}" in path.read_text()
    ]
    assert found == []


def test_nothing_is_loaded_from_another_host():
    places = [*(ROOT / "app/templates").rglob("*.html"), *(ROOT / "app/static/js").glob("*.js")]
    places += list((ROOT / "app/static/css").glob("*.css"))
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in places
        for line in path.read_text().splitlines()
        if ("https://" in line or "http://" in line) and "www.w3.org" not in line
    ]
    assert found == []
