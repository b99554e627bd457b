"""No door takes a day that nobody can mean, and each names the Gregorian year (ORG-08)."""

from datetime import date, datetime
from typing import Any

import pytest

from domain.kernel.command import SYSTEM
from domain.kernel.errors import Refused
from domain.kernel.payloads import parse_payload
from domain.processes import PROCESSES
from tests.adversary.test_odd_values import changed, leaves
from tests.conformance.example import EXAMPLES
from tests.conformance.playing import played


def days_of(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The places of what was written as a day or an instant."""
    return [place for place in leaves(payload) if is_day(at(payload, place))]


def at(data: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        data = data[key]
    return data


def is_day(value: Any) -> bool:
    if isinstance(value, date):
        return True
    try:
        return isinstance(value, str) and len(value) >= 10 and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


@pytest.mark.rule("ORG-08")
@pytest.mark.parametrize("process", sorted(EXAMPLES))
def test_a_buddhist_year_is_named_in_every_field_of_every_command(process: str):
    sent = {name: payload for play in played(process) for _, name, payload, by in play.sent if by != SYSTEM}
    for name, payload in sent.items():
        for place in days_of(payload):
            wrong = changed(
                payload, place, "2570-02-01" if len(str(at(payload, place))) == 10 else "2570-02-01T10:00:00Z"
            )
            with pytest.raises(Refused) as refused:
                parse_payload(PROCESSES[process], name, wrong)
            assert "write 2027" in refused.value.message, (name, place)
