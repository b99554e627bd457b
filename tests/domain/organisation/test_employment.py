"""Whatever two rows say of one person: what they change is said once, and never leaves two positions on one day."""

import importlib.util
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path

import pytest

from domain.kernel.events import Event
from domain.organisation.employment import employment_events
from domain.organisation.model import Organisation
from domain.organisation.record import evolve, fold
from domain.organisation.wanted import Line, WantedPerson
from tests.domain.organisation.small_company import TODAY

_SPEC = importlib.util.spec_from_file_location("verify_proof", Path(__file__).parents[3] / "verifier/verify_proof.py")
assert _SPEC is not None
assert _SPEC.loader is not None
VERIFIER = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(VERIFIER)
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


@pytest.mark.rule("KRN-51")
def test_the_verifier_knows_the_same_days():
    stories = 0
    for first, second in product(ROWS[::3], ROWS[1::3]):
        joined = change(Organisation(), first, TODAY)
        company = fold(Organisation(), joined or [])
        events = [*(joined or []), *(change(company, second, TOMORROW) or [])]
        company = fold(Organisation(), events)
        logged = [
            (number, number, type(event).__name__, event.model_dump(mode="json")) for number, event in enumerate(events)
        ]
        stories += len(events) > 2
        for day in (TODAY - timedelta(days=101), *DAYS[1:], TODAY + timedelta(days=30)):
            seen = VERIFIER.Organisation(logged, len(logged), day.isoformat())
            assert seen.works("e1") == company.works_here("e1", day)
            if joined and seen.works("e1"):
                assert seen.position_of("e1") == company.people["e1"].position_on(day)
    assert stories > 100
