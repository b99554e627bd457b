"""Whatever two rows say of one person: what they change is said once, and never leaves two positions on one day."""

from datetime import date, timedelta
from itertools import pairwise, product

import pytest

from domain.kernel.events import Event
from domain.organisation.employment import employment_events
from domain.organisation.model import Organisation
from domain.organisation.record import evolve, fold
from domain.organisation.wanted import Line, WantedPerson
from tests.domain.organisation.small_company import TODAY

TOMORROW = TODAY + timedelta(days=1)
DAYS = (None, TODAY - timedelta(days=100), TOMORROW, TODAY + timedelta(days=3))
ROWS = [
    Line(
        "f:1",
        WantedPerson(
            id="e1",
            position=position,
            calendar="th",
            **({"start": start} if start else {}),
            **({"end": end[0]} if end else {}),
            **({"since": since} if since else {}),
        ),
        "a slip",
    )
    for position, start, end, since in product("pq", DAYS, [(), *((day,) for day in DAYS)], DAYS)
]


def change(company: Organisation, row: Line[WantedPerson], today: date) -> list[Event] | None:
    """What a row changes; None if it is refused."""
    try:
        return employment_events(company.people.get("e1"), row, today)
    except ValueError:
        return None


@pytest.mark.rule("ORG-04")
def test_any_two_rows_are_said_once():
    for first in ROWS:
        joined = change(Organisation(), first, TODAY)
        if joined is None:
            continue
        company = fold(Organisation(), joined)
        assert change(company, first, TODAY) == []
        for second in ROWS:
            events = change(company, second, TOMORROW)
            if events is None:
                continue
            after = company
            for event in events:
                after = evolve(after, event)
            assert change(after, second, TOMORROW) == []
            postings = after.people["e1"].postings()
            for one, other in pairwise(postings):
                assert one.end is not None
                assert other.start is None or one.end <= other.start
