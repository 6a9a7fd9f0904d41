"""What the help says of people, units and accounts."""

from app.core.terms import N_
from app.guides.rules import CHARTER, HERE, OFFICE, Guide

BRANCH = {
    "Members": Guide(
        N_("The members on the roll of each cell, sorted by given name."),
        (
            N_("Add who comes; take off the roll who goes, with the reason."),
            N_("Transfer a member to another cell; old roll-calls stay as they were."),
            N_("Keep the secretary's phone number right: reminders use it."),
        ),
        (
            (
                N_("Only what the job needs is kept: no citizen number, no card number."),
                "Luật 91/2025/QH15",
            ),
            (
                N_("An official transfer is completed within 60 working days."),
                "208-QĐ/TW, 26/7/2026",
            ),
        ),
    ),
    "ActivitySpells": Guide(
        N_("Times in which a member is exempt, active elsewhere, a guest, or on special duty."),
        (
            N_("Begin a spell with its first day and the decision."),
            N_("End it when the member is back."),
            N_("Look at those without a last day from time to time."),
        ),
        (
            (N_("Exempt members are not due to attend."), "HD 12-HD/BTCTW, 06/7/2018"),
            (N_("Who is temporarily elsewhere is due there and not here."), "294-QĐ/TW, 9.3.2"),
        ),
    ),
    "UnitTree": Guide(
        N_("Who stands under whom, opened branch by branch."),
        (
            N_("Open a branch with the arrow."),
            N_("Find a unit by a part of its name, without accents."),
            N_("Click a name for all that belongs to the unit."),
        ),
        ((N_("The tree shown is today's; every report keeps the tree of its month."), HERE),),
    ),
    "Units": Guide(
        N_("All committees and cells with their codes and numbers of members."),
        (
            N_("Establish a unit with its decision."),
            N_("Rename it, change its kind, hand it over or end it – each from a day on."),
            N_("Choose whether the branch keeps names or counts heads."),
        ),
        (
            (N_("A cell has at least three official members."), CHARTER),
            (N_("Units are never deleted: they end, and old reports keep them."), HERE),
        ),
    ),
    "UnitVersions": Guide(
        N_("What each unit was called and where it stood, from one decision to the next."),
        (
            N_("Filter by unit to read its history."),
            N_("Filter by event to see all mergers or renamings."),
            N_("Export the list as evidence for a report."),
        ),
        ((N_("Every change rests on a decision with number and date."), OFFICE),),
    ),
    "UnitKinds": Guide(
        N_("The kinds of unit, such as grassroots committee or sub-cell, valid for a time."),
        (
            N_("Add a kind when a regulation brings a new name."),
            N_("End a kind that is no longer used; old units keep it."),
            N_("Mind the level: it says what may stand under what."),
        ),
        (
            (
                N_("New names of units hold since 26/7/2026; check them against the text."),
                "208-QĐ/TW, 26/7/2026",
            ),
        ),
    ),
    "CellTypes": Guide(
        N_("The types of cell, such as village, public office or enterprise."),
        (
            N_("Choose a cell's type on its own page."),
            N_("Add a type if your office needs a finer one."),
            N_("Compare cells of one type on the analysis page."),
        ),
        ((N_("Each type of cell has its own content of meetings."), "HD 42-HD/BTCTW, 28/10/2025"),),
    ),
    "Accounts": Guide(
        N_("The people who may sign in, looked after by the branch where they are at home."),
        (
            N_("Open an account, then give it a first password."),
            N_("Give a new password to who has forgotten it."),
            N_("Close the account of who leaves; nothing that was done disappears."),
        ),
        ((N_("Personal accounts only, so that it is known who typed what."), HERE),),
    ),
    "Assignments": Guide(
        N_("Who holds which role at which unit, from when to when."),
        (
            N_("Assign a role at a unit: it holds there and below."),
            N_("End it when somebody else takes over."),
            N_("Look for assignments that are about to end."),
        ),
        ((N_("Nobody gives, changes or ends a role of his own."), HERE),),
    ),
    "RoleMatrix": Guide(
        N_("The one table of what each role may do on each screen."),
        (
            N_("Find the screen in the first column."),
            N_("Read along the row who may add, change or approve."),
            N_("Ask for another role if you need another right."),
        ),
        ((N_("The role says what, the unit of the assignment says where."), HERE),),
    ),
}
