"""What the screens of meetings say: names of columns, groups of fields, help by each field."""

from flask_babel import lazy_gettext as _l

from app.core.terms import N_

LABELS = {
    "type": N_("Type"),
    "planned_at": N_("Planned time"),
    "place": N_("Place"),
    "chair": N_("Chair"),
    "topic": N_("Topic"),
    "superior": N_("Superior who attends"),
    "state_reason": N_("Reason"),
    "registered_at": N_("Registered at"),
    "registered_by": N_("Registered by"),
    "result_state": N_("Result state"),
    "return_reason": N_("Returned because"),
    "started_at": N_("Started at"),
    "ended_at": N_("Ended at"),
    "duration_min": N_("Duration"),
    "share": N_("Attendance"),
    "speakers": N_("Speakers"),
    "agenda": N_("Agenda"),
    "agenda_done": N_("Agenda completed"),
    "content": N_("Content and conclusions"),
    "resolution_no": N_("Resolution number"),
    "minutes_present": N_("Minutes were taken"),
    "papers_posted_at": N_("Papers posted at"),
    "submitted_at": N_("Sent at"),
    "submitted_by": N_("Sent by"),
    "decided_at": N_("Decided at"),
    "decided_by": N_("Decided by"),
}
"""What the columns of schedules and results are called."""
SCHEDULE_GROUPS = [
    (_l("Which meeting"), {"fields": ["unit", "month", "type"]}),
    (_l("Time and place"), {"fields": ["planned_at", "place", "chair"]}),
    (_l("Topic and guests"), {"fields": ["topic", "superior"]}),
]
SCHEDULE_GROUPS_LATER = [
    (_l("Which meeting"), {"fields": ["month", "type"]}),
    *SCHEDULE_GROUPS[1:],
]
SCHEDULE_HELP = {
    "unit": _l("The cell or the committee that meets."),
    "month": _l("The month that the meeting counts for, such as 10/2026."),
    "type": _l(
        "A regular meeting every month (Party charter, article 24); a thematic one at least once a"
        " quarter, alone or together with the regular one."
    ),
    "planned_at": _l("In the month itself, or within ten days after it."),
    "place": _l("Where members come to, such as: hall of the culture house."),
    "chair": _l("Usually the secretary or the deputy secretary."),
    "topic": _l("What a thematic meeting is about."),
    "superior": _l("Who of the superior committee follows this cell and attends."),
}
RESULT_GROUPS = [
    (_l("Time"), {"fields": ["started_at", "ended_at"]}),
    (_l("Course"), {"fields": ["agenda", "agenda_done", "speakers", "content"]}),
    (_l("Documents"), {"fields": ["resolution_no", "minutes_present", "papers_posted_at"]}),
]
RESULT_HELP = {
    "started_at": _l("When the meeting was opened, such as 04/10/2026 19:30."),
    "ended_at": _l("At least 90 minutes; 120 for a regular and thematic one (HD 42)."),
    "speakers": _l("How many people spoke; no more than were present."),
    "agenda": _l("One item a line."),
    "agenda_done": _l("Tick it when everything on the agenda was dealt with."),
    "content": _l("The conclusions in a few sentences. Never anything secret."),
    "resolution_no": _l("Such as 03-NQ/CB; leave it empty when none was adopted."),
    "minutes_present": _l("Tick it when minutes were written and read out at the close (HD 42)."),
    "papers_posted_at": _l("When members got the papers: at least one day before (HD 42)."),
}
TASK_HELP = {
    "meeting": _l("The meeting that gave the task."),
    "title": _l("What is to be done, in one line."),
    "assignee": _l("One name, so that somebody answers for it."),
    "due_on": _l("The last day; the next meetings ask about it (HD 42)."),
    "state": _l("What has become of it; the next meetings ask about what is still open (HD 42)."),
    "note": _l("Why it could not be done, or what is in the way."),
}
COUNT_WORDS = {
    "on_roll": (
        _l("Members on the roll"),
        _l("Official and probationary."),
    ),
    "temp_in": (
        _l("Temporarily active here"),
        _l("Guests with a letter of introduction from their own cell."),
    ),
    "exempt": (
        _l("Exempt from activity"),
        _l("By a decision of exemption; not due to attend (HD 12)."),
    ),
    "temp_out": (
        _l("Temporarily active elsewhere"),
        _l("Introduced to another cell for a time; not due to attend here."),
    ),
    "special_duty": (
        _l("On special duty"),
        _l("Armed forces on special duty; not due to attend (HD 12)."),
    ),
    "present": (
        _l("Present"),
        _l("Everybody who came, guests included."),
    ),
    "voluntary": (
        _l("Of them exempt, away or on duty"),
        _l("Those of the present who were not due to attend; 0 when there were none."),
    ),
    "excused": (
        _l("Absent with reason"),
        _l("Asked for leave beforehand and said why."),
    ),
    "unexcused": (
        _l("Absent without reason"),
        _l("Stayed away without asking for leave."),
    ),
}
"""The numbers of a roll-call: what each is called, and who is counted in it."""
