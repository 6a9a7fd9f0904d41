"""What the forms of criteria sets say: their groups of fields, and a line of help by each."""

from flask_babel import lazy_gettext as _l

SET_GROUPS = [
    (_l("Name"), {"fields": ["unit", "code", "name"]}),
    (_l("Source"), {"fields": ["issuer", "legal_basis", "certainty"]}),
    (_l("Use"), {"fields": ["meeting_types", "total", "valid_from", "valid_to"]}),
]
SET_GROUPS_LATER = [(_l("Name"), {"fields": ["name"]}), *SET_GROUPS[1:]]
SET_HELP = {
    "unit": _l("Who owns the set: it holds for this unit and all below it."),
    "code": _l("A short mark, such as HD42-2025; the same code again is the next revision."),
    "name": _l("As the score sheet prints it, such as: Criteria by HD 42-HD/BTCTW."),
    "issuer": _l("Who issued the regulation, such as: Central Organisation Commission."),
    "certainty": _l("Where the points come from, and how sure that is."),
    "total": _l("What the points of all criteria sum to; in HD 42 that is 100."),
}
CRITERION_GROUPS = [
    (_l("Place in the set"), {"fields": ["criteria_set", "parent", "position", "code"]}),
    (_l("Wording and points"), {"fields": ["name", "max_points", "choices"]}),
    (_l("How it is scored"), {"fields": ["kind", "na_policy", "note"]}),
]
CRITERION_GROUPS_LATER = [
    (_l("Place in the set"), {"fields": ["parent", "position", "code"]}),
    *CRITERION_GROUPS[1:],
]
CRITERION_HELP = {
    "criteria_set": _l("The draft to which it belongs; sets in force no longer change."),
    "parent": _l("The group above it; leave it empty when this is a group itself."),
    "position": _l("Its place on the sheet, counted from 1."),
    "code": _l("As in the regulation, such as 3.2."),
    "name": _l("In the words of the regulation."),
    "max_points": _l("HD 42 gives its seven groups 5, 5, 10, 40, 5, 30 and 5 points."),
    "kind": _l("Whether a person judges, or the facts of the meeting give the points."),
    "na_policy": _l("What a meeting gets where the criterion cannot apply."),
    "note": _l("How points are taken off, for those who score."),
}
BAND_HELP = {
    "criteria_set": _l("The draft to which it belongs; sets in force no longer change."),
    "rating": _l("The rating that is given."),
    "min_points": _l("From so many points on; HD 42 says 90, 70 and 50. One band begins at 0."),
}
