"""What columns are called: said once, the same for all screens."""

import pytest

from app.core import labels


@pytest.mark.parametrize("say", [labels.add_labels, labels.add_heads, labels.add_help])
def test_a_name_means_one_thing_everywhere(monkeypatch, say):
    for known in ("LABELS", "HEADS", "HELP"):
        monkeypatch.setattr(labels, known, {})
    say(rank="Rank")
    say(rank="Rank")
    with pytest.raises(ValueError, match="rank is 'Rank' already, not 'Place'"):
        say(rank="Place")
