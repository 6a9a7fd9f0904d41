"""Recomputes attendance, totals and ratings from the bare rows, importing nothing of the
application: a second opinion on every figure it shows.

    python tools/recompute.py postgresql://… folder    writes folder/*.csv and folder/figures.json
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import psycopg

Row = dict[str, str]

EXPORTS = {
    "unit": "id, path, parent_id, code, is_cell, names_kept, is_practice, valid_from, valid_to",
    "unit_version": "unit_id, parent_id, name, kind_code, valid_from, valid_to",
    "unit_kind": "code, is_cell",
    "member": "id, unit_id, joined_on, left_on",
    "activity_spell": "member_id, state, from_on, to_on",
    "absence": "meeting_id, member_id, status",
    "attendance_policy": (
        "id, unit_path, revision, excused_in_denominator, count_voluntary_presence,"
        " valid_from, valid_to"
    ),
    "meeting": (
        "id, unit_id, unit_path, month, type, state, result_state, planned_at, started_at,"
        " on_roll, temp_in, temp_out, exempt, special_duty, voluntary, present, excused, unexcused"
    ),
    "rating_band": "criteria_set_id, rating_code, min_points",
    "evaluation": "meeting_id, criteria_set_id, self_total, verified_total, official_total",
    "score": "meeting_id, criterion_id, self_points, verified_points, official_points",
    "criterion": "id, criteria_set_id, is_leaf",
}
"""What the recomputation reads. The head-counts of a meeting are read only where a unit keeps no
names, the totals of an evaluation only where it keeps no scores."""

STORED = {
    "stored_meeting": "SELECT id, due, attended FROM meeting WHERE attendance_policy_id > 0",
    "stored_evaluation": (
        "SELECT meeting_id, self_total, self_rating_code, verified_total, verified_rating_code,"
        " official_total, official_rating_code FROM evaluation"
    ),
}
"""What the application stored, for the comparison alone."""

AWAY = ("EXEMPT", "TEMP_OUT", "SPECIAL_DUTY")
REPORTED = ("SUBMITTED", "APPROVED", "LOCKED")
MONTHLY = ("REGULAR", "COMBINED")
LAYERS = ("self", "verified", "official")


def export(url: str, folder: Path) -> None:
    """Write the rows as CSV files; ``url`` is the owner's address of the database."""
    folder.mkdir(parents=True, exist_ok=True)
    queries = {table: f"SELECT {columns} FROM {table}" for table, columns in EXPORTS.items()}
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        # For an owner who is under the policies too: every row.
        connection.execute(
            "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
        )
        for name, query in (queries | STORED).items():
            copy = f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)"
            with (
                (folder / f"{name}.csv").open("wb") as file,
                connection.cursor() as cursor,
                cursor.copy(copy) as stream,  # type: ignore[arg-type] # all names stand above
            ):
                for block in stream:
                    file.write(block)


def recompute(folder: Path) -> dict[str, Any]:
    """The figures from the CSV files.

    ``meetings``: id → present, due, percent; ``evaluations``: meeting id → layer → total and
    rating; ``months``: month → committee's unit id (and ``all``) → sums, see ``_month_sums``;
    ``months_today`` the same with every cell under the committee that it has today.
    """
    meetings = _attendance(folder)
    evaluations = _evaluations(folder)
    return {
        "meetings": meetings,
        "evaluations": evaluations,
        "months": _months(folder, meetings, evaluations),
        "months_today": _months(folder, meetings, evaluations, today=True),
    }


def summary_table(folder: Path, figures: dict[str, Any], month: str) -> dict[str, Any]:
    """What the summary table of ``month`` says of each cell: committee's unit id → its name then
    and its ``cells`` by their names then.

    A cell that has not reported has no figures, only ``None``.
    """
    parents = _Parents(folder)
    met = {
        row["unit_id"]: row
        for row in _rows(folder, "meeting")
        if row["month"] == month and row["type"] in MONTHLY
    }
    made: dict[str, Any] = {}
    for unit_id in parents.units:
        committee = parents.committee(unit_id, month)
        if committee is None:
            continue
        group: dict[str, Any] = {"name": parents.name(committee, month), "cells": {}}
        name = parents.name(unit_id, month)
        cells = made.setdefault(committee, group)["cells"]
        if name in cells:
            raise ValueError(f"two cells of {group['name']} are called {name}")
        cells[name] = _line(met.get(unit_id), figures)
    return made


def _line(meeting: Row | None, figures: dict[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = dict.fromkeys(
        ("present", "due", "percent", "self", "official", "rating")
    )
    if meeting is None or meeting["result_state"] not in REPORTED:
        return nothing
    line: dict[str, Any] = nothing | figures["meetings"][meeting["id"]]
    if layers := figures["evaluations"].get(meeting["id"]):
        line |= {layer: layers[layer]["total"] for layer in ("self", "official")}
        line["rating"] = layers["official"]["rating"]
    return line


def differences(folder: Path, figures: dict[str, Any]) -> list[str]:
    """Where the figures are not what the application stored."""
    found = []
    stored = {row["id"]: (row["attended"], row["due"]) for row in _rows(folder, "stored_meeting")}
    counted = {key: (str(m["present"]), str(m["due"])) for key, m in figures["meetings"].items()}
    for key in sorted(stored.keys() | counted.keys(), key=int):
        if stored.get(key) != counted.get(key):
            found.append(f"meeting {key}: stored {stored.get(key)}, counted {counted.get(key)}")
    for row in _rows(folder, "stored_evaluation"):
        key = row["meeting_id"]
        for layer in LAYERS:
            kept = (row[f"{layer}_total"] or None, row[f"{layer}_rating_code"] or None)
            made = figures["evaluations"][key][layer]
            if kept != (made["total"], made["rating"]):
                found.append(f"evaluation {key} {layer}: stored {kept}, counted {made}")
    return found


def _rows(folder: Path, name: str) -> Iterable[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    made: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        made[row[key]].append(row)
    return made


def _attendance(folder: Path) -> dict[str, dict[str, Any]]:
    members = _grouped(_rows(folder, "member"), "unit_id")
    spells = _grouped(_rows(folder, "activity_spell"), "member_id")
    absences = _grouped(_rows(folder, "absence"), "meeting_id")
    policies = list(_rows(folder, "attendance_policy"))
    named = {
        row["id"]: row["names_kept"] == "t" and row["is_cell"] == "t"
        for row in _rows(folder, "unit")
    }
    made = {}
    for meeting in _rows(folder, "meeting"):
        if meeting["result_state"] == "NONE":
            continue
        day = (meeting["started_at"] or meeting["planned_at"])[:10]
        if named[meeting["unit_id"]]:
            numbers = _call_the_roll(
                members[meeting["unit_id"]], spells, absences[meeting["id"]], day
            )
        else:
            numbers = Counter({name: int(meeting[name]) for name in _NUMBERS})
        present, due = _share(numbers, _policy(policies, meeting["unit_path"], day))
        made[meeting["id"]] = {"present": present, "due": due, "percent": percent(present, due)}
    return made


_NUMBERS = (
    *("on_roll", "temp_in", "temp_out", "exempt", "special_duty"),
    *("voluntary", "present", "excused", "unexcused"),
)


def _call_the_roll(
    members: list[Row], spells: dict[str, list[Row]], absences: list[Row], day: str
) -> Counter[str]:
    """The numbers of a roll-call: who belonged to the cell on the day, and what was noted."""
    noted = {row["member_id"]: row["status"] for row in absences}
    numbers: Counter[str] = Counter()
    for member in members:
        # ISO dates compare like days.
        if not (member["joined_on"] <= day and (not member["left_on"] or day < member["left_on"])):
            continue
        state = next((s["state"] for s in spells.get(member["id"], ()) if _within_last(s, day)), "")
        status = noted.get(member["id"], "PRESENT")
        numbers["temp_in" if state == "TEMP_IN" else "on_roll"] += 1
        numbers[status.lower()] += 1
        if status == "PRESENT" and state in AWAY:
            numbers.update((state.lower(), "voluntary"))
    return numbers


def _within_last(spell: Row, day: str) -> bool:
    return spell["from_on"] <= day and (not spell["to_on"] or day <= spell["to_on"])


def _holds(row: Row, day: str) -> bool:
    return row["valid_from"] <= day and (not row["valid_to"] or day < row["valid_to"])


def _policy(policies: list[Row], path: str, day: str) -> Row:
    """The nearest owner's policy of the day, the newest first."""
    fit = [row for row in policies if path.startswith(row["unit_path"]) and _holds(row, day)]
    return max(
        fit,
        key=lambda row: (
            len(row["unit_path"]),
            row["valid_from"],
            int(row["revision"]),
            int(row["id"]),
        ),
    )


def _share(n: Counter[str], policy: Row) -> tuple[int, int]:
    """Present and denominator (HD 12, HD 42; 294-QĐ/TW, 9.3.2)."""
    due = n["on_roll"] - n["exempt"] - n["temp_out"] - n["special_duty"] + n["temp_in"]
    present = n["present"]
    if policy["count_voluntary_presence"] == "t":
        due += n["voluntary"]
    else:
        present -= n["voluntary"]
    if policy["excused_in_denominator"] == "f":
        due -= n["excused"]
    return present, due


def percent(present: int, due: int) -> str | None:
    """The percentage with one decimal, rounded half up; ``None`` when nobody was due."""
    if not due:
        return None
    exact = Fraction(present * 100, due)
    shown = Decimal(exact.numerator) / Decimal(exact.denominator)
    return str(shown.quantize(Decimal("0.1"), ROUND_HALF_UP))


def _evaluations(folder: Path) -> dict[str, dict[str, Any]]:
    scores = _grouped(_rows(folder, "score"), "meeting_id")
    bands = _grouped(_rows(folder, "rating_band"), "criteria_set_id")
    leaves = Counter(
        row["criteria_set_id"] for row in _rows(folder, "criterion") if row["is_leaf"] == "t"
    )
    made = {}
    for row in _rows(folder, "evaluation"):
        key, rules = row["meeting_id"], row["criteria_set_id"]
        made[key] = {
            layer: _total(layer, row, scores.get(key), leaves[rules], bands[rules])
            for layer in LAYERS
        }
    return made


def _total(
    layer: str, row: Row, scores: list[Row] | None, leaves: int, bands: list[Row]
) -> dict[str, str | None]:
    if scores is None:
        given, complete = [row[f"{layer}_total"]], True
    else:
        given = [score[f"{layer}_points"] for score in scores]
        complete = len(given) == leaves and all(given)
    known = [Decimal(points) for points in given if points]
    if not known:
        return {"total": None, "rating": None}
    total = sum(known, Decimal("0.0"))
    reached = [band for band in bands if total >= Decimal(band["min_points"])]
    best = max(reached, key=lambda band: Decimal(band["min_points"]), default=None)
    return {"total": str(total), "rating": best["rating_code"] if best and complete else None}


def _months(
    folder: Path,
    meetings: dict[str, dict[str, Any]],
    evaluations: dict[str, dict[str, Any]],
    *,
    today: bool = False,
) -> dict[str, dict[str, Any]]:
    """Sums per month and committee, and for all.

    ``cells`` due to meet, ``reported``, ``present`` over ``due`` of those, ``percent``, and for
    each layer how many monthly meetings have which rating.
    """
    parents = _Parents(folder, today=today)
    by_month: dict[str, dict[str, Any]] = {}
    for meeting in _rows(folder, "meeting"):
        month = meeting["month"]
        if month not in by_month:
            by_month[month] = parents.of_month(month)
        committee = parents.committee(meeting["unit_id"], month)
        if meeting["type"] not in MONTHLY or committee is None:
            continue
        for sums in (by_month[month][committee], by_month[month]["all"]):
            if meeting["result_state"] in REPORTED:
                counted = meetings[meeting["id"]]
                sums["reported"] += 1
                sums["present"] += counted["present"]
                sums["due"] += counted["due"]
            for layer, found in evaluations.get(meeting["id"], {}).items():
                if found["rating"]:
                    sums["ratings"][layer][found["rating"]] += 1
    for groups in by_month.values():
        for sums in groups.values():
            sums["percent"] = percent(sums["present"], sums["due"])
    return by_month


class _Parents:
    """Which cells there were in a month, and under which committee: of then, or of today."""

    def __init__(self, folder: Path, *, today: bool = False) -> None:
        self.today = today
        self.units = {row["id"]: row for row in _rows(folder, "unit")}
        self.versions = _grouped(_rows(folder, "unit_version"), "unit_id")
        self.cell_kinds = {r["code"] for r in _rows(folder, "unit_kind") if r["is_cell"] == "t"}

    def committee(self, unit_id: str, month: str) -> str | None:
        """The id of the parent on the month's last day; ``None`` when it was no cell then."""
        unit = self.units[unit_id]
        last = self._last_day(unit_id, month)
        if last < month or unit["is_practice"] == "t" or unit["valid_from"] > last:
            return None
        version = self._version(unit_id, last)
        if version is None or version["kind_code"] not in self.cell_kinds:
            return None
        return unit["parent_id"] if self.today else version["parent_id"]

    def name(self, unit_id: str, month: str) -> str | None:
        """What the unit was called on the month's last day."""
        version = self._version(unit_id, self._last_day(unit_id, month))
        return version["name"] if version else None

    def _version(self, unit_id: str, day: str) -> Row | None:
        return next((row for row in self.versions[unit_id] if _holds(row, day)), None)

    def _last_day(self, unit_id: str, month: str) -> str:
        """The month's last day, or the unit's own if that comes before."""
        first = date.fromisoformat(month)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if ends := self.units[unit_id]["valid_to"]:
            last = min(last, date.fromisoformat(ends) - timedelta(days=1))
        return last.isoformat()

    def of_month(self, month: str) -> dict[str, Any]:
        """Empty sums for each committee that had cells in ``month``, and for all."""
        made: dict[str, Any] = {"all": _month_sums()}
        for unit_id in self.units:
            committee = self.committee(unit_id, month)
            if committee is not None:
                made.setdefault(committee, _month_sums())["cells"] += 1
                made["all"]["cells"] += 1
        return made


def _month_sums() -> dict[str, Any]:
    return {
        "cells": 0,
        "reported": 0,
        "present": 0,
        "due": 0,
        "ratings": {layer: Counter() for layer in LAYERS},
    }


def main() -> int:
    """Export, recompute, compare; 1 when anything differs."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    started = datetime.now().astimezone()
    export(url, folder)
    figures = recompute(folder)
    (folder / "figures.json").write_text(json.dumps(figures, ensure_ascii=False))
    wrong = differences(folder, figures)
    for line in wrong[:50]:
        sys.stdout.write(f"{line}\n")
    took = (datetime.now().astimezone() - started).total_seconds()
    sys.stdout.write(
        f"{len(figures['meetings'])} roll-calls and {len(figures['evaluations'])} evaluations"
        f" recomputed in {took:.1f} s: {len(wrong)} differences.\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
