"""A text that will be sealed is looked at before: once it is sealed, nobody sees that it is empty."""

import pytest

from application.personal import pretended
from domain.kernel.errors import Refused
from domain.people.hiring.commands import ScreenCandidate


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_blank_text_is_not_sealed(reason: str):
    payload = {"candidate": "c-1", "outcome": "reject", "reason": reason}
    with pytest.raises(Refused, match="reason: "):
        pretended(ScreenCandidate, payload)
