"""Keeps the catalogues: extract, update, compile, missing.

One catalogue per language holds our own messages and those of the libraries that speak to users
(Flask-AppBuilder, WTForms, Flask-WTF, marshmallow), so that one test can say that all is there.
"""

import argparse
import gettext
import os
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from inspect import getmembers, isclass
from itertools import product
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "app" / "translations"
LOCALES = ("vi", "en")
PLURALS = {"vi": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "lazy_gettext", "_l", "N_", "lazy_formatter_gettext")),
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
JINJA = {"silent": "false"}
LIBRARY_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\(\w+\)|%(?=[sdr])|\{[\w!]*\}")


def own() -> Catalog:
    """Return the messages of the application's code, templates and table of roles."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as cfg:
        methods, options = parse_mapping_cfg(cfg)  # type: ignore[no-untyped-call] # Babel's
    catalog = Catalog()
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, strip_comment_tags=True)
    for filename, line, message, _comments, context in found:
        catalog.add(message, locations=[(filename, line)], context=context)
    for message in _rights():
        catalog.add(message, locations=[("app/security/roles.py", 0)])
    return catalog


def libraries() -> Catalog:
    """Return the messages that users can see from the libraries underneath."""
    catalog = Catalog()
    for package in ("flask_appbuilder", "wtforms", "flask_wtf"):
        found = extract_from_dir(
            _folder(package), LIBRARY_METHODS, {"**.html": JINJA}, keywords=KEYWORDS
        )
        for filename, line, message, _comments, context in found:
            catalog.add(message, locations=[(f"{package}/{filename}", line)], context=context)
    for message in (*_appbuilder_catalogues(), *_marshmallow()):
        catalog.add(message)
    return catalog


def wanted() -> Catalog:
    """Return every message that needs a translation."""
    catalog = libraries()
    for message in own():
        if message.id:
            catalog.add(message.id, locations=message.locations, context=message.context)
    return catalog


def load(locale: str) -> Catalog:
    """Return the stored catalogue of a language, empty when there is none yet."""
    path = _po(locale)
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def store(locale: str, catalog: Catalog) -> bool:
    """Write a catalogue so that equal contents give equal bytes; return whether it changed."""
    path = _po(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    header = '\\n"\n"'.join(
        (
            f"Language: {locale}",
            "Content-Type: text/plain; charset=utf-8",
            f"Plural-Forms: {PLURALS[locale]}",
        )
    )
    with tempfile.TemporaryFile() as file:
        write_po(file, catalog, sort_output=True, no_location=True, omit_header=True, width=0)
        file.seek(0)
        body = file.read().decode()
    text = f'msgid ""\nmsgstr ""\n"{header}\\n"\n\n{body}'
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def update() -> None:
    """Bring every message into every catalogue, keep what is translated, drop what is gone."""
    template = wanted()
    for locale in LOCALES:
        known, merged = load(locale), Catalog(locale=locale)
        for message in _messages(template):
            old = known.get(message.id, message.context)
            string = old.string if old and _texts(old) else ""
            if locale == "en" and not string:
                string = message.id
            merged.add(message.id, string, flags=message.flags, context=message.context)
        changed = store(locale, merged)
        _say(f"{locale}: {len(merged)} messages{'' if changed else ', unchanged'}")


def compile_all() -> None:
    """Write the binary catalogues that are older than their sources."""
    for locale in LOCALES:
        source = _po(locale)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        # Another process may be starting at the same moment: it must never read half a file.
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
            write_mo(file, load(locale))
        os.chmod(file.name, 0o644)
        os.replace(file.name, target)


def missing() -> list[str]:
    """Return what is wrong with the catalogues, one line each: nothing when all is well."""
    template = wanted()
    return [f"{locale}: {fault}" for locale in LOCALES for fault in faults(template, load(locale))]


def faults(template: Catalog, catalog: Catalog) -> Iterator[str]:
    """Yield a line for every message untranslated, fuzzy or with other placeholders."""
    for message in _messages(template):
        found = catalog.get(message.id, message.context)
        where = ", ".join(f"{file}:{line}" for file, line in message.locations[:1])
        texts = _texts(found) if found else []
        if found is None or not texts or not all(texts):
            yield f"not translated: {message.id!r} {where}"
        elif found.fuzzy:
            yield f"fuzzy: {message.id!r} {where}"
        elif not all(_placeholders(text) in _allowed(message) for text in texts):
            yield f"placeholders differ: {message.id!r} {where}"
        elif _is_formatted(message) and not all(_formats(text) for text in texts):
            yield f"a lone % must be doubled: {message.id!r} {where}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _texts(message: Message) -> list[str]:
    string = message.string
    return list(string) if isinstance(string, (tuple, list)) else [string] if string else []


def _allowed(message: Message) -> list[Counter[str]]:
    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    return [_placeholders(text) for text in ids]


def _is_formatted(message: Message) -> bool:
    """Templates format every message, code those with names in them."""
    in_template = any(file.endswith((".html", ".txt")) for file, _line in message.locations)
    return in_template or any("%(" in key for held in _allowed(message) for key in held)


def _formats(text: str) -> bool:
    try:
        return bool(text % defaultdict(int))
    except (TypeError, ValueError):
        return False


def _placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text.replace("%%", "")))


def _po(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return Path(spec.submodule_search_locations[0])


def _rights() -> set[str]:
    """The screens and actions of the table of roles, as their labels are looked up."""
    # Run as a script, only this folder is on the path. Not at the top: compiling must be quick.
    sys.path.insert(0, str(ROOT))
    from app.core.naming import words
    from app.security.roles import ROLES

    granted = [item for screens in ROLES.values() for item in screens.items()]
    return {words(name) for screen, rights in granted for name in (screen, *rights.split())}


def _appbuilder_catalogues() -> Iterable[str]:
    """Messages that its code builds at run time, so that only its catalogues know them.

    Its older catalogues hold leftovers of example programs too: those that most of them lack.
    """
    votes: Counter[str] = Counter()
    catalogues = list(_folder("flask_appbuilder").glob("translations/*/LC_MESSAGES/messages.mo"))
    for path in catalogues:
        with path.open("rb") as file:
            held = gettext.GNUTranslations(file)
        # The only list of ids that the standard library keeps; Babel refuses their bad dates.
        votes.update(key for key in vars(held)["_catalog"] if isinstance(key, str) and key)
    return [key for key, count in votes.items() if 2 * count > len(catalogues)]


def _marshmallow() -> Iterable[str]:
    from marshmallow import Schema, fields, validate
    from marshmallow_sqlalchemy import fields as related

    for module in (fields, related):
        for _name, field in getmembers(module, isclass):
            yield from map(str, getattr(field, "default_error_messages", {}).values())
    yield from vars(Schema)["_default_error_messages"].values()
    yield from ("date", "time", "datetime", "naive", "aware")
    for name, validator in getmembers(validate, isclass):
        if name != "Range":
            texts = (getattr(validator, key) for key in dir(validator) if "message" in key)
            yield from (text for text in texts if isinstance(text, str))
    span = validate.Range
    least, most = (span.message_gte, span.message_gt), (span.message_lte, span.message_lt)
    yield from (span.message_min.format(min_op=low) for low in least)
    yield from (span.message_max.format(max_op=high) for high in most)
    for low, high in product(least, most):
        yield span.message_all.format(min_op=low, max_op=high)


def main() -> int:
    """Run the subcommand named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["extract", "update", "compile", "missing"])
    command = parser.parse_args().command
    if command == "extract":
        write_po(sys.stdout.buffer, wanted(), sort_output=True, omit_header=True, width=0)
    elif command == "update":
        update()
    elif command == "compile":
        compile_all()
    else:
        lines = missing()
        _say("\n".join(lines) or "Every message is translated.")
        return 1 if lines else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
