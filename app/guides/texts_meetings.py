"""What the help says of meetings, from schedule to score."""

from app.core.terms import N_
from app.guides.rules import HERE, OFFICE, Guide

MEETINGS = {
    "Schedules": Guide(
        N_(
            "The meetings that are planned: when, where, who takes the chair, who of the "
            "superior attends."
        ),
        (
            N_(
                "Register next month's meeting; last month's place, hour and chair are filled "
                "in already."
            ),
            N_("Change the time as long as the meeting has not been held."),
            N_("Postpone it, or say that it is not held, with a reason."),
        ),
        (
            (N_("Next month's meeting is usually registered by the 25th."), OFFICE),
            (
                N_(
                    "The superior member who follows the cell is told of time, place and "
                    "content beforehand."
                ),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
            (
                N_(
                    "Postponed or not held with a reason is a state of its own and never "
                    "counts as poor."
                ),
                HERE,
            ),
        ),
    ),
    "Deferrals": Guide(
        N_("What cells asked: to put a meeting off, or not to hold it; and what they were told."),
        (
            N_("Press Postpone or Not held on a schedule and say why: the superior is asked."),
            N_("As the superior, agree, or refuse with a reason; many at once show first."),
            N_("Give a postponed meeting a new time on its schedule."),
        ),
        (
            (N_("Only what was agreed to counts as permission; until then the plan stands."), HERE),
            (N_("Not held with permission is never counted as poor."), HERE),
            (N_("The superior is told of the request, the cell of the answer."), HERE),
        ),
    ),
    "Results": Guide(
        N_(
            "What came of each meeting: who was there, what was decided, and how far the "
            "report has gone."
        ),
        (
            N_("Call the roll first: everybody is present until you say otherwise."),
            N_("Enter times, content and resolution, then check and send."),
            N_("As the superior, approve it, or return it with a reason."),
        ),
        (
            (
                N_(
                    "A regular meeting takes at least 90 minutes; together with a thematic one 120."
                ),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
            (N_("Members get the papers at least one day before."), "HD 42-HD/BTCTW, 28/10/2025"),
            (
                N_(
                    "What is locked no longer changes; last year's report prints the same for ever."
                ),
                HERE,
            ),
        ),
    ),
    "RollCall": Guide(
        N_("Who came and who did not. The percentage counts itself while you tick."),
        (
            N_("Tap only those who were absent, and say why."),
            N_("Tick exempt or away members who came all the same."),
            N_("Open “why” to see who counts as due and who does not."),
        ),
        (
            (
                N_("Exempt members and armed forces on special duty are not due to attend."),
                "HD 12-HD/BTCTW, 06/7/2018",
            ),
            (
                N_("Who is exempt or away and comes all the same counts as due and present."),
                "294-QĐ/TW, 9.3.2",
            ),
        ),
    ),
    "Filing": Guide(
        N_(
            "The four steps of a result on one column: roll-call, content, score, send. Each "
            "step saves itself."
        ),
        (
            N_("Tick the absent; everybody else is present already."),
            N_("Type what was discussed and concluded, and the tasks given."),
            N_("Look at the points and their reasons, then send everything at once."),
        ),
        (
            (
                N_(
                    "The cell scores itself at the close of the meeting and reports within two "
                    "days."
                ),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
            (
                N_(
                    "Without network nothing is lost: what you typed stays on the device and "
                    "is sent later."
                ),
                HERE,
            ),
        ),
    ),
    "Tasks": Guide(
        N_("What the meetings gave people to do, with the last day of each task."),
        (
            N_("Add a task with one name and one last day."),
            N_("Say what became of a task; the meetings ask about what is still open."),
            N_("“Overdue” lists the late tasks of all cells, the latest first; take it as Excel."),
        ),
        (
            (
                N_("Each meeting hears what became of the tasks of the month before."),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
        ),
    ),
    "Evaluations": Guide(
        N_(
            "The score sheets: what the cell gave itself, what the superior verified, what is "
            "official."
        ),
        (
            N_("Open a sheet to see every criterion with its points and notes."),
            N_("Score, or give points as the superior, and say why points were lost."),
            N_("Make it official; look at the gap where the two differ."),
        ),
        (
            (
                N_(
                    "Seven groups, 100 points; from 90 good, from 70 fair, from 50 average, "
                    "below poor."
                ),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
            (
                N_(
                    "The cell scores itself, the superior who attended confirms, the superior "
                    "committee decides."
                ),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
        ),
    ),
}
