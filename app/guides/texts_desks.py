"""What the help says of desks, tables and of one's own account."""

from app.core.terms import N_
from app.guides.rules import CHARTER, HERE, OFFICE, Guide

DESKS = {
    "SecretaryDesk": Guide(
        N_(
            "Everything your cell still has to do this month, each thing on a card with its "
            "last day."
        ),
        (
            N_("Press the big coloured button of a card: it leads straight to the next step."),
            N_("Read what the superior wrote when something came back, mend it and send it again."),
            N_("Look at the days left: amber means soon, red means late."),
        ),
        (
            (N_("A cell meets once a month."), CHARTER),
            (
                N_("The result goes to the superior within two days after the meeting."),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
        ),
    ),
    "ChaseBoard": Guide(
        N_(
            "One row for each cell with three lights – schedule, result, score – so that you "
            "see who is late without phoning."
        ),
        (
            N_("Press one of the counts at the top to see only those cells."),
            N_("Copy the reminder and paste it into Zalo, or tap the secretary's phone number."),
            N_("Open a cell's result to approve it or return it."),
        ),
        (
            (N_("A cell without a report is missing; it is never counted as 0 %."), HERE),
            (N_("The last days come from the deadlines that your committee has set."), OFFICE),
        ),
    ),
    "Notices": Guide(
        N_(
            "What you are told: what is due, what waits for your answer, what came back, was "
            "decided or given more time."
        ),
        (
            N_("Press a notice: it leads to the form with which it is done."),
            N_("Mark as read what needs nothing more; what is done is no longer new by itself."),
            N_("Choose under “E-mails” whether and when e-mails come."),
        ),
        ((N_("Each is told once; one e-mail a day carries what is new."), HERE),),
    ),
    "Review": Guide(
        N_(
            "What of a month deserves a second look, each with its reason; what has none is "
            "decided together."
        ),
        (
            N_("Read the exceptions first; a count above shows one kind alone."),
            N_("Open a result or a score: approve it, or return it with remarks beside fields."),
            N_("Decide the rest together: the preview shows first what would happen."),
        ),
        (
            (N_("The superior decides the official score."), "HD 42-HD/BTCTW, 28/10/2025"),
            (N_("An exception is a question, not a verdict: the numbers are your office's."), HERE),
        ),
    ),
    "WatchLists": Guide(
        N_(
            "Members and cells that somebody should look after before it is too late: absences, "
            "exemptions, temporary activity, thematic meetings."
        ),
        (
            N_("Press one of the counts to see one list alone."),
            N_("Read the marks of the months; “Why?” tells the rule and its document."),
            N_("Talk to the member, prolong or end the spell, register the thematic meeting."),
        ),
        (
            (
                N_(
                    "Three months in the year without good reason: striking off is to be"
                    " considered. The lists warn at two."
                ),
                "208-QĐ/TW, 26/7/2026",
            ),
            (
                N_("Only the cell's secretary and the clerk of its committee see the names."),
                HERE,
            ),
        ),
    ),
    "AdminDesk": Guide(
        N_(
            "What an administrator should look at today: cells without a secretary, accounts "
            "nobody uses, rules about to end."
        ),
        (
            N_("Give every cell a secretary with an account."),
            N_("Hand out the first password of accounts that were never used, or close them."),
            N_("Renew criteria sets and assignments before they end."),
        ),
        ((N_("Accounts are personal; a role is held at a unit for a time."), HERE),),
    ),
    "Calendar": Guide(
        N_("All meetings of your area by day, in a month or as a list."),
        (
            N_("Step from month to month, or narrow it to one unit."),
            N_("Look for clashes: days on which one superior is expected in two places."),
            N_("Subscribe to it on your phone by your own calendar address."),
        ),
        (
            (
                N_(
                    "The superior member who follows the cell is told of time and place beforehand."
                ),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
        ),
    ),
    "AnalystDesk": Guide(
        N_("Participation and rating over time and by unit, down to the cell behind a number."),
        (
            N_("Choose unit and months above; the address keeps your choice, so you can share it."),
            N_("Click a mark in a chart to go down to the units behind it."),
            N_("Read “x of y cells have reported” before you quote a figure."),
        ),
        (
            (N_("The share is all who came over all who were due, not a mean of cells."), HERE),
            (N_("Only reports that were sent count."), HERE),
        ),
    ),
    "LeaderPage": Guide(
        N_("Your committee on one page: six figures, three charts, ten names; printed on one A4."),
        (
            N_("Read the six figures, each with how many cells have reported."),
            N_("Look at the names: who needs a word, and why."),
            N_("Print the page for a meeting."),
        ),
        ((N_("A cell without a report is missing; it is never counted as 0 %."), HERE),),
    ),
    "MonthlyReports": Guide(
        N_(
            "The committee's report of a month: it compiles itself from what is approved, shows "
            "how complete it is, and goes to the level above."
        ),
        (
            N_("See who is missing and call them; approve what has been sent."),
            N_("Write parts 6 and 7, save, and confirm the figures."),
            N_("Submit: the figures are frozen and the month is closed for the branch."),
        ),
        (
            (
                N_("What was submitted prints the same for ever; later changes are amendments."),
                HERE,
            ),
            (N_("Not held with permission is neither missing nor 0."), HERE),
            (
                N_(
                    "The level above is told that it was submitted, the committee that it was "
                    "accepted or sent back."
                ),
                HERE,
            ),
        ),
    ),
    "Amendments": Guide(
        N_("What was corrected after it had been submitted: old value, new value, why, by whom."),
        (
            N_("Open the locked result and press “Amend”."),
            N_("Change what is wrong and write the reason."),
            N_("Print the frozen or the amended figures from the monthly report."),
        ),
        (
            (
                N_(
                    "What is submitted is amended by who submitted it, what is accepted by the "
                    "level above."
                ),
                HERE,
            ),
        ),
    ),
    "SummaryTable": Guide(
        N_(
            "The month's table for the committee, as it is printed: cells by committee, sums, "
            "who is missing."
        ),
        (
            N_("Choose the unit and the month."),
            N_("Check the footnote: how many have reported, and as of when."),
            N_("Download it as .xlsx, ready for A4 landscape."),
        ),
        (
            (
                N_("Names and committees are those of that month, even after a re-organisation."),
                HERE,
            ),
        ),
    ),
    "Profile": Guide(
        N_("Your own account: what you may do where, and your password."),
        (
            N_("Change the unit or role that you act in, if you hold several."),
            N_("Change your password; all your other sessions end."),
            N_("See the tour of your desk again, or practise."),
        ),
        ((N_("One person, one account: what is done under your name is yours."), HERE),),
    ),
    "Practice": Guide(
        N_("A cell of your own with invented members, to try everything without fear."),
        (
            N_("Begin, and do as you would in earnest."),
            N_("Play the superior, to see what becomes of a report."),
            N_("Start over or leave whenever you like."),
        ),
        ((N_("Nothing of it is seen or counted elsewhere."), HERE),),
    ),
}
