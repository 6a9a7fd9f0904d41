"""Every figure of the whole bloc on the desks, in the summary table and over REST, beside the one
recomputed from the bare rows by a tool that imports nothing of the application."""

import io
import sys
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook

from app.core import scope, text
from app.dashboard import queries
from app.dashboard.rules import Facts, total
from app.demo import loading, seasons

from .conftest import PASSWORD, TODAY, owner, wipe

ANALYST = "chuyenvien"
TABLES = (
    *("2023-12-01", "2024-02-01", "2024-07-01", "2025-01-01", "2025-10-01", "2025-11-01"),
    *("2026-02-01", "2026-10-01", "2026-11-01"),
)
"""The first month, the three of Tết, a summer's, those before and after the change of the criteria
set, the last whole one, and the current one."""
LAYERS = ("self", "verified", "official")
NOBODY = {"present": 0, "due": 0}


class Tally:
    """Compares figures, counts them, and keeps what differs."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.differences: list[str] = []

    def compare(self, surface: str, place: object, shown: dict, counted: dict) -> None:
        for name in shown.keys() | counted.keys():
            self.compared[surface] += 1
            # Neither side may leave a figure out: a place that is missing differs too.
            pair = (shown.get(name, "not there"), counted.get(name, "not there"))
            if pair[0] != pair[1]:
                found = f"{surface} {place} {name}: shows {pair[0]}, recomputed {pair[1]}"
                self.differences.append(found)


@pytest.fixture
def whole_bloc(small_app):
    wipe(small_app)
    with small_app.app_context():
        loading.load("bloc", today=TODAY)
    return small_app


@pytest.fixture
def analyst(whole_bloc):
    """The analyst of the whole bloc in a browser, in English."""
    client = whole_bloc.test_client()
    answer = client.post("/login/", data={"username": ANALYST, "password": PASSWORD})
    assert answer.status_code == 302
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


@pytest.fixture
def pages(whole_bloc):
    """``pages("results", …)``: every row of a resource, a page at a time."""
    client = whole_bloc.test_client()
    login = {"username": ANALYST, "password": PASSWORD, "provider": "db"}
    token = client.post("/api/v1/security/login", json=login).json["access_token"]

    def read(resource, *columns):
        page, key = 0, columns[0]
        wanted = f"columns:!({','.join(columns)}),order_column:{key},order_direction:asc"
        while True:
            asked = {"q": f"({wanted},page:{page},page_size:200)"}
            answer = client.get(
                f"/api/v1/{resource}/",
                query_string=asked,
                headers={"Authorization": f"Bearer {token}"},
            )
            assert answer.status_code == 200, answer.text
            if not answer.json["result"]:
                return
            yield from answer.json["result"]
            page += 1

    return read


def test_the_whole_bloc_shows_what_the_bare_rows_say(
    whole_bloc, analyst, pages, recompute, tmp_path
):
    recompute.export(whole_bloc.config["DATABASE_OWNER_URL"], tmp_path)
    figures = recompute.recompute(tmp_path)
    with owner(whole_bloc) as rows:
        scale = dict(rows.execute("SELECT code, name_en FROM rating").fetchall())
        units = {key: parts for key, *parts in rows.execute("SELECT id, path, is_cell FROM unit")}
        called = {
            key: state != "NONE"
            for key, state in rows.execute("SELECT id, result_state FROM meeting").fetchall()
        }
    assert len(figures["months"]) == 36
    assert sum(is_cell for _path, is_cell in units.values()) == 407

    tally = Tally()
    with whole_bloc.app_context(), scope.entered(scope.branch("/1/")):
        compare_desks(tally, figures["months_today"], units, scale)
    for month in TABLES:
        answer = analyst.get("/summary/download", query_string={"unit": 1, "month": month[:7]})
        assert answer.status_code == 200
        table = recompute.summary_table(tmp_path, figures, month)
        shown, counted = sheet(answer.data, scale), figures["months"][month]
        compare_table(tally, month, shown, table, counted, scale)
    compare_results(tally, pages, called, figures["meetings"])
    compare_evaluations(tally, pages, figures["evaluations"])

    compared = ", ".join(f"{count} of {name}" for name, count in tally.compared.items())
    sys.stdout.write(f"Compared {tally.compared.total()} values ({compared}).\n")
    assert tally.differences == []
    assert len(tally.compared) == 5
    assert min(tally.compared.values()) > 10_000


def compare_desks(tally, months, units, scale):
    """By month and by committee, for the whole bloc and for every committee by itself.

    Desks show every month in today's structure, tables in that of the month.
    """
    span = seasons.past(TODAY)
    due = queries.cells_to_meet("/1/", span)
    whole = queries.by_month("/1/", span[0], span[-1])
    for month in span:
        counted = months[month.isoformat()]
        cells = {child: count for (child, then), count in due.items() if then == month}
        found = queries.by_child("/1/", month)
        shown = {child: found.get(child, Facts()) + Facts(cells=cells[child]) for child in cells}
        assert found.keys() <= cells.keys()
        # A cell directly under the bloc is a line of its own on the desk.
        groups = {str(key): facts for key, facts in shown.items() if not units[key][1]}
        groups["1"] = total(facts for key, facts in shown.items() if units[key][1])
        groups["all"] = whole.get(month, Facts()) + Facts(cells=sum(cells.values()))
        assert groups.keys() == counted.keys()
        for key, facts in groups.items():
            tally.compare("desk", (month, key), on_desk(facts, scale), sums(counted[key], scale))
    for key, (path, is_cell) in units.items():
        if is_cell or key == 1:
            continue
        alone = queries.by_month(path, span[0], span[-1])
        cells = Counter()
        for (_child, month), count in queries.cells_to_meet(path, span).items():
            cells[month] += count
        for month in span:
            facts = alone.get(month, Facts()) + Facts(cells=cells[month])
            counted = months[month.isoformat()].get(str(key))
            assert (counted is None) == (not cells[month])
            if counted:
                tally.compare(
                    "desk of a committee", (month, key), on_desk(facts, scale), sums(counted, scale)
                )


def on_desk(facts, scale):
    return {
        "cells": facts.cells,
        "reported": facts.reported,
        "present": facts.attended,
        "due": facts.due,
        "percent": None if facts.rate is None else text.number(facts.rate, 1, "en"),
        **{code: facts.ratings.get(code, 0) for code in scale},
    }


def sums(counted, scale):
    plain = {name: counted[name] for name in ("cells", "reported", "present", "due", "percent")}
    return plain | {code: counted["ratings"]["official"][code] for code in scale}


def sheet(data, scale):
    """The file's lines: (committee, cell) → figures; ``None`` for a cell: the committee's sums."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    top = next(place for place, row in enumerate(rows) if row[0] == "No.")
    heads = [low or high for high, low in zip(rows[top], rows[top + 1], strict=True)]
    lines, group = {}, ""
    for row in rows[top + 2 :]:
        told = dict(zip(heads, row, strict=True))
        name = told["Name of the unit"]
        if row[0] and not isinstance(row[0], float):
            group = row[0]
            continue
        key = {"Subtotal": (group, None), "Total": (None, None)}.get(name, (group, name))
        assert key not in lines
        lines[key] = line(told, scale)
        if name == "Total":
            return lines
    raise AssertionError("no total")


def line(told, scale):
    """The figures of a line with the decimals that the file shows."""
    marks = [code for code, name in scale.items() if told[name] == "X"]
    summed = told["No."] == ""
    figures = {
        "due": number(told["Due"]),
        "present": number(told["Present"]),
        "percent": tenth(told["Rate in percent"], 100),
        "self": tenth(told["Self"]),
        "official": tenth(told["Official"]),
    }
    if summed:
        counts = {code: number(told[name]) for code, name in scale.items()}
        return figures | counts | {"reported": told["Remarks"]}
    return figures | {"rating": "+".join(marks) or None}


def number(value):
    return None if value == "" else Decimal(str(value))


def tenth(value, times=1):
    if value == "":
        return None
    return str((Decimal(str(value)) * times).quantize(Decimal("0.1"), ROUND_HALF_UP))


def compare_table(tally, month, shown, table, counted, scale):
    """Every line, the sums of every committee and of the whole."""
    expected = {}
    for key, group in table.items():
        expected |= {(group["name"], name): cell for name, cell in group["cells"].items()}
        expected[group["name"], None] = foot(counted[key], list(group["cells"].values()), scale)
    every = [cell for group in table.values() for cell in group["cells"].values()]
    expected[None, None] = foot(counted["all"], every, scale)
    for key in shown.keys() | expected.keys():
        tally.compare("summary table", (month, key), shown.get(key, {}), expected.get(key, {}))


def foot(counted, cells, scale):
    made = {name: counted[name] for name in ("due", "present", "percent")}
    for layer in ("self", "official"):
        known = [Fraction(cell[layer]) for cell in cells if cell[layer] is not None]
        made[layer] = tenth_of(sum(known), len(known)) if known else None
    made |= {code: counted["ratings"]["official"][code] for code in scale}
    if not counted["reported"]:
        made |= dict.fromkeys(("due", "present", *scale))
    return made | {"reported": f"{counted['reported']} of {counted['cells']} cells reported"}


def tenth_of(part, count):
    """A mean rounded half up to a tenth, exactly."""
    mean = Fraction(part, count) * 10
    tenths = (2 * mean.numerator + mean.denominator) // (2 * mean.denominator)
    return str(Decimal(tenths).scaleb(-1))


def compare_results(tally, pages, called, counted):
    """Present and due of every meeting; one whose roll was not called has nobody."""
    columns = ("id", "attended", "due", "result_state")
    shown = {row["id"]: row for row in pages("results", *columns)}
    for key in shown.keys() | called.keys():
        row, made = shown.get(key, {}), counted.get(str(key))
        assert (made is not None) == called[key]
        tally.compare(
            "results by REST",
            key,
            {"present": row.get("attended"), "due": row.get("due")},
            {"present": made["present"], "due": made["due"]} if made else NOBODY,
        )


def compare_evaluations(tally, pages, counted):
    """Total and rating of every evaluation in every layer."""
    parts = [f"{layer}_{part}" for layer in LAYERS for part in ("total", "rating_code")]
    shown = {str(row["meeting_id"]): row for row in pages("evaluations", "meeting_id", *parts)}
    for key in shown.keys() | counted.keys():
        row, made = shown.get(key, {}), counted.get(key, {})
        said = {part: row[part] for part in parts if part in row}
        for part in said.keys() & {f"{layer}_total" for layer in LAYERS}:
            said[part] = None if said[part] is None else Decimal(str(said[part]))
        expected = {}
        for layer, found in made.items():
            expected[f"{layer}_total"] = found["total"] and Decimal(found["total"])
            expected[f"{layer}_rating_code"] = found["rating"]
        tally.compare("evaluations by REST", key, said, expected)
