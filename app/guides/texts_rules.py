"""What the help says of the rules that a superior sets."""

from app.core.terms import N_
from app.guides.rules import CHARTER, HERE, OFFICE, Guide

RULES = {
    "AuditLog": Guide(
        N_("Who did what to which record, and when; nobody can change it."),
        (
            N_("Filter by user name, kind of record or day."),
            N_("Open an entry for the old and new values."),
            N_("Export what an inspection asks for."),
        ),
        ((N_("Entries are only ever added."), HERE),),
    ),
    "AttendancePolicies": Guide(
        N_("How the attendance share is counted, and since when."),
        (
            N_("Publish a policy for your branch; it begins with a month."),
            N_("Bring out a new revision instead of changing the old one."),
            N_("Compare which policy a report was counted by."),
        ),
        (
            (
                N_("Excused absences stay in the denominator; exempt members do not."),
                "HD 12-HD/BTCTW, 06/7/2018",
            ),
            (N_("Some offices leave excused absences out: that is why it is a setting."), OFFICE),
        ),
    ),
    "DeadlineRules": Guide(
        N_("Until when each stage of a month is due, from the schedule to the submission upward."),
        (
            N_("Choose the stage; give a day of the month or days after the meeting."),
            N_("Say what happens on days off, and how many days of grace there are."),
            N_("Let a new rule begin with a month, and open the months it concerns again."),
        ),
        (
            (
                N_("The result is due within two days after the meeting."),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
            (N_("The 25th for the schedule is what offices are seen to do."), OFFICE),
            (N_("The 5th for the roll-up is an assumption until an office confirms it."), HERE),
        ),
    ),
    "Holidays": Guide(
        N_("The days on which offices are closed, Tết included, and days worked in exchange."),
        (
            N_("Look through the coming year once it has been announced."),
            N_("Add what your branch has besides; tick days that are worked after all."),
            N_("Open the months concerned again, so that last days follow."),
        ),
        (
            (N_("Public holidays and their substitute days."), "Bộ luật Lao động 2019, Điều 112"),
            (N_("The nearest unit's word on a day counts."), HERE),
        ),
    ),
    "Periods": Guide(
        N_("Which committee has opened which month, and what that changed the last time."),
        (
            N_("See that this month and the next are open."),
            N_("Look at how many obligations the last opening added, changed or withdrew."),
            N_("Open a month again from the menu when the tree or a rule has changed."),
        ),
        ((N_("A nightly job opens the last month, this one and the next."), HERE),),
    ),
    "OpenMonth": Guide(
        N_("Makes a month's obligations for every unit of the branch."),
        (
            N_("Choose the committee and the month, and see what it would do."),
            N_("Open it when the numbers are what you expect."),
            N_("Do it again at any time: only differences are touched."),
        ),
        (
            (N_("A cell meets once a month."), CHARTER),
            (N_("Nothing is deleted: what is no longer asked is withdrawn, with its cause."), HERE),
        ),
    ),
    "Obligations": Guide(
        N_("What every unit owes in every month, by when, and how it stands."),
        (
            N_("Choose overdue, or a month and a stage, above the list."),
            N_("Open one to see what its last day counts from, and why it stands so."),
            N_("Give more time where there is a good reason."),
        ),
        (
            (
                N_("Postponed, not held with permission and forgotten are three things."),
                HERE,
            ),
            (N_("They follow schedules, results and scores by themselves."), HERE),
        ),
    ),
    "Reminders": Guide(
        N_("Who was reminded of which month, when, by whom and in which words."),
        (
            N_("Copy a reminder on the chase board: it is noted here by itself."),
            N_("Paste it where your comrades read it; the link in it leads to their form."),
            N_("Look here before you call: somebody may have reminded them already."),
        ),
        ((N_("Entries are only ever added."), HERE),),
    ),
    "Extensions": Guide(
        N_("More time that superiors gave for one obligation, with the reason."),
        (
            N_("Start from the obligation; choose a later day and say why."),
            N_("Give it again if it was not enough: the latest counts."),
            N_("Read here who was given time, and how often."),
        ),
        ((N_("Nobody gives himself more time."), HERE),),
    ),
    "WatchRules": Guide(
        N_("From how many absences, days or months on the watch lists name somebody."),
        (
            N_("Look which number holds for each list, and by which document."),
            N_("Set a rule of your own for a branch: the nearest one holds."),
            N_("Give a rule its end instead of changing its number."),
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
                N_("Nobody is excused more than three times running in the year."),
                "HD 12-HD/BTCTW, 06/7/2018",
            ),
        ),
    ),
    "NoticeRules": Guide(
        N_("How many days before or after the last day who is told, and whether by e-mail."),
        (
            N_("Look which rules hold for each stage; the nearest owner's replace those above."),
            N_("Set a rule of your own for a branch, such as three days before the last day."),
            N_("Take the tick away where a rule is to say nothing for a while."),
        ),
        (
            (
                N_("A notice is made once for each event; one e-mail a day carries what is new."),
                HERE,
            ),
        ),
    ),
    "ReviewRules": Guide(
        N_("From which days, points, percent or months on a month is an exception in the review."),
        (
            N_("Look which number holds for each kind, and by which document."),
            N_("Set a rule of your own for a branch, or leave a kind out there."),
            N_("Give a rule its end instead of changing its number."),
        ),
        (
            (
                N_("Attendance of more than 85 %, nobody absent without reason."),
                "HD 12-HD/BTCTW, 06/7/2018",
            ),
            (N_("Where no document is named, the number is an assumption to confirm."), HERE),
        ),
    ),
    "Deciders": Guide(
        N_("Who verifies a cell's score, and who decides the official one."),
        (
            N_("Look which role and which level hold for your branch, and by which document."),
            N_("Say who decides from a day on; without a rule every role that may does."),
            N_("Ask for the superior who attended where your regulation does."),
        ),
        (
            (
                N_("The superior who attended confirms the score; the superior decides."),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
            (N_("What was decided stays when a rule changes later."), HERE),
        ),
    ),
    "ClosedMonths": Guide(
        N_("Months that a committee has closed: their figures no longer change."),
        (
            N_("Submitting the monthly report closes the month; returned, it is opened again."),
            N_("Without a report, close the month here; approved results are locked."),
            N_("Tell the cells before you do it."),
        ),
        ((N_("What was reported upwards stays as it was."), HERE),),
    ),
    "CriteriaSets": Guide(
        N_("The criteria by which meetings are scored, each set valid for a time."),
        (
            N_("Copy a set into a new revision and change that."),
            N_("Check that the points sum to the total."),
            N_("Put it in force; older meetings keep their set."),
        ),
        (
            (
                N_("Seven groups with 5, 5, 10, 40, 5, 30 and 5 points."),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
            (
                N_("Provinces may refine the criteria within the frame."),
                "HD 42-HD/BTCTW, 28/10/2025",
            ),
        ),
    ),
    "Criteria": Guide(
        N_("The groups and criteria of a set, with their points."),
        (
            N_("Add criteria under their group."),
            N_("Write levels where points are given in steps."),
            N_("Say what to do where a criterion does not apply."),
        ),
        ((N_("Only drafts can be changed."), HERE),),
    ),
    "RatingBands": Guide(
        N_("From how many points a set gives which rating."),
        (
            N_("Give each rating its lowest points."),
            N_("Let the lowest rating begin at 0."),
            N_("Compare with the regulation before you put it in force."),
        ),
        ((N_("From 90 good, from 70 fair, from 50 average."), "HD 42-HD/BTCTW, 28/10/2025"),),
    ),
    "Ratings": Guide(
        N_("The scale that all sets use: good, fair, average, poor."),
        (
            N_("Change how a rating is called if a regulation does."),
            N_("Give each one letter for tables of a whole year."),
            N_("Keep the order: the best has the highest rank."),
        ),
        ((N_("Four ratings, from good to poor."), "HD 42-HD/BTCTW, 28/10/2025"),),
    ),
}
