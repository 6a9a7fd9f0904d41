"""The tour of the desk on the first visit, role by role."""

from app.core.terms import N_
from app.guides.rules import Stop

LAST = Stop(
    N_("Help is always near"),
    N_(
        "The question mark beside each heading explains that page. Under your name you can see "
        "this tour again, or try everything in a practice cell where nothing counts."
    ),
    "[data-guide]",
)

TOURS = {
    "Secretary": (
        Stop(
            N_("Welcome to your desk"),
            N_(
                "This is your desk. It shows what your cell still has to do this month, and "
                "nothing else. It takes a minute to look around."
            ),
            "h1",
        ),
        Stop(
            N_("One card, one thing to do"),
            N_(
                "The cards stand in the order of their days. The big coloured button leads to "
                "the next step, and brings you back afterwards."
            ),
            ".duty:has(.btn-primary) | .duty",
        ),
        Stop(
            N_("Take your time"),
            N_(
                "Nothing goes to the superior before you press “Send”. Until then you may "
                "change everything."
            ),
        ),
        Stop(
            N_("If something comes back"),
            N_(
                "The superior's words stand on the card. Mend what is asked for and send it "
                "again; that is nothing unusual."
            ),
        ),
        LAST,
    ),
    "MinuteTaker": (
        Stop(
            N_("Welcome to your desk"),
            N_(
                "This is your desk. You help the secretary by typing in what was planned and "
                "what was said."
            ),
            "h1",
        ),
        Stop(
            N_("You prepare"),
            N_(
                "Register the meeting, call the roll, type the content. The cards tell you "
                "what is missing."
            ),
            ".duty:has(.btn-primary) | .duty",
        ),
        Stop(
            N_("The secretary sends"),
            N_("Scoring and sending are up to the secretary, who answers for the report."),
        ),
        LAST,
    ),
    "DutyClerk": (
        Stop(
            N_("Welcome to your desk"),
            N_(
                "This is the chase board: every cell of your committee on one line, the one to "
                "call first on top."
            ),
            "h1",
        ),
        Stop(
            N_("Three lights"),
            N_(
                "Schedule, result, score. Amber means the day is near, red means it has "
                "passed; the words say how many days."
            ),
            ".chase tbody tr | .chase-counts",
        ),
        Stop(
            N_("One reminder for all"),
            N_("The text for all who are late is written already: copy it and paste it into Zalo."),
            ".chase-text | .chase",
        ),
        Stop(
            N_("What has been sent"),
            N_(
                "Press “To be reviewed” to see the results that wait for you, and approve or "
                "return them."
            ),
            ".chase-counts a[href*=review] | .chase-counts",
        ),
        LAST,
    ),
    "Analyst": (
        Stop(
            N_("Welcome to your desk"),
            N_(
                "This page shows how your whole branch takes part and is rated. Every figure "
                "says how complete it is."
            ),
            "h1",
        ),
        Stop(
            N_("Choose what you see"),
            N_(
                "Unit, months and what to compare with. The address keeps your choice: send it "
                "to a colleague."
            ),
            ".desk-filter",
        ),
        Stop(
            N_("Go down to the cell"),
            N_("Click any mark in a chart. Under each chart the same figures stand as a table."),
            ".chart",
        ),
        Stop(
            N_("The table by five o'clock"),
            N_(
                "The summary table in the menu prints on A4 at once, with a footnote on who is "
                "missing."
            ),
            "a[href='/summary/']",
        ),
        LAST,
    ),
    "Leader": (
        Stop(
            N_("Welcome to your desk"),
            N_(
                "One page on how your committee's cells meet: the share of those who came, the "
                "ratings, what changed."
            ),
            "h1",
        ),
        Stop(
            N_("How sure is it?"),
            N_(
                "Beside each figure stands how many cells have reported. Missing cells are "
                "never counted as 0 %."
            ),
            ".six > * | .six",
        ),
        Stop(
            N_("Behind the figure"),
            N_(
                "Click a mark to see which committee and which cell it is about, down to the "
                "meeting itself."
            ),
            ".chart",
        ),
        LAST,
    ),
    "Supervisor": (
        Stop(
            N_("Welcome to your desk"),
            N_(
                "You follow some cells for the superior committee. This board shows how they "
                "stand this month."
            ),
            "h1",
        ),
        Stop(
            N_("Attend and verify"),
            N_(
                "After a meeting that you attended, open its score sheet and confirm the "
                "points, or give your own."
            ),
            "a[href='/evaluations/list/']",
        ),
        Stop(
            N_("Say why"),
            N_(
                "Write a word beside every point you take off: the cell reads it and learns "
                "from it."
            ),
        ),
        LAST,
    ),
    "Administrator": (
        Stop(
            N_("Welcome to your desk"),
            N_(
                "This page names what needs your hand: cells without a secretary, accounts "
                "nobody uses, rules about to end."
            ),
            "h1",
        ),
        Stop(
            N_("First the tree"),
            N_(
                "Units, their names and superiors change with decisions; old reports keep the "
                "old tree."
            ),
            "a[href='/unit-tree/']",
        ),
        Stop(
            N_("Then the people"),
            N_(
                "Open an account for each person, and assign a role at a unit. The account "
                "sees that branch and nothing else."
            ),
            "a[href='/accounts/list/']",
        ),
        Stop(
            N_("Then the rules"),
            N_("Criteria, deadlines and the way of counting hold for your branch from a day on."),
            "a[href='/criteria-sets/list/']",
        ),
        LAST,
    ),
    "Inspector": (
        Stop(
            N_("Welcome to your desk"),
            N_("You see everything of your branch and change nothing."),
            "h1",
        ),
        Stop(
            N_("From a figure to its source"),
            N_(
                "Click a mark in a chart, then a cell, then the meeting with its roll-call and "
                "score sheet."
            ),
            ".chart",
        ),
        Stop(
            N_("Who did what"),
            N_("The audit log in the menu keeps every step with its time; nobody can change it."),
            "a[href='/audit/list/']",
        ),
        LAST,
    ),
}
