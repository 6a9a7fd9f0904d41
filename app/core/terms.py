"""Terms of the field: enumerations whose values are translatable English labels."""

from enum import Enum


def N_(message: str) -> str:  # noqa: N802 - the marker's customary name, read by the extractor
    """Mark ``message`` for extraction; it is translated where it is shown."""
    return message


class Term(Enum):
    """A closed list of states or kinds.

    ``name`` is what the database and the API hold, ``value`` the English label and msgid.
    """

    @property
    def tone(self) -> str:
        """How a member looks: ok, info, warn, bad, or "" for what is neither good nor bad.

        States say it, so that a state has one colour on every screen.
        """
        return ""

    @classmethod
    def parse(cls, name: str) -> "Term":
        """The member called ``name``; raises ``KeyError`` for an unknown one."""
        return cls[name]
