"""What a help text and a tour are made of, and where rules come from."""

from dataclasses import dataclass

from app.core.terms import N_

CHARTER = N_("Party charter, article 24")
HERE = N_("How this software works")
OFFICE = N_("Custom of the offices; your superior may set it otherwise")


@dataclass(frozen=True)
class Guide:
    """The help of one screen: what it is for, three things one does there, the rules behind.

    Texts are msgids; a rule stands beside its source, which is a document or a msgid.
    """

    purpose: str
    steps: tuple[str, str, str]
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Stop:
    """One card of a tour: its title, what it says, and the part of the page it points to.

    ``at`` is a selector of the desk, or several with " | " between, the first of which that is
    shown is pointed to; where there is none the card says the same without pointing.
    """

    title: str
    text: str
    at: str = ""
