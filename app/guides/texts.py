"""The help of every screen, by its name in the table of roles."""

from app.guides.rules import Guide
from app.guides.texts_branch import BRANCH
from app.guides.texts_desks import DESKS
from app.guides.texts_meetings import MEETINGS
from app.guides.texts_rules import RULES

GUIDES: dict[str, Guide] = {**DESKS, **MEETINGS, **BRANCH, **RULES}
