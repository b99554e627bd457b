"""Whatever a company looks like: importing it twice appends nothing, and no reporting line is a circle (KRN-42)."""

from datetime import date, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.kernel.errors import Refused
from domain.organisation.checks import HANDOVER
from domain.organisation.model import Limit, Organisation, RoleHolding
from domain.organisation.record import evolve, fold, plan_import
from domain.organisation.wanted import Line, Wanted, WantedCalendar, WantedPerson
from tests.domain.organisation.small_company import BANGKOK, TODAY, baht, position, unit
from tests.support.examples import examples

NUMBERS = st.integers(0, 7)
DAYS = st.integers(-60, 400).map(lambda n: TODAY + timedelta(days=n))


@st.composite
def wanted(draw):
    """Eight units and positions, each below another of a random order or none, and people on some of the positions.

    Now and then one position reports to any other, which may close a circle.
    """
    order, chairs = draw(st.permutations(range(8))), draw(st.permutations(range(8)))
    above = [draw(st.none() | st.integers(0, n - 1)) if n else None for n in range(8)]
    parents = {order[n]: None if above[n] is None else order[above[n]] for n in range(8)}
    if draw(st.integers(0, 9)) == 0:
        parents[draw(NUMBERS)] = draw(NUMBERS)
    people = [
        WantedPerson(
            id=f"e{n}",
            position=f"p{chairs[n]}",
            calendar="th",
            start=draw(st.sampled_from([None, TODAY - timedelta(days=100 + n), TODAY + timedelta(days=20 * n)])),
            **draw(st.sampled_from([{}, {"end": None}]) | st.fixed_dictionaries({"end": DAYS})),
            since=draw(st.none() | DAYS),
        )
        for n in range(draw(st.integers(1, 8)))
    ]
    holder = draw(st.sampled_from(people)).id
    return Wanted(
        units=_lines([unit(f"u{n}", parents[n] if parents[n] is None else f"u{parents[n]}") for n in range(8)]),
        positions=_lines(
            [position(f"p{n}", f"u{n}", parents[n] if parents[n] is None else f"p{parents[n]}") for n in range(8)]
        ),
        people=_lines(people),
        roles=_lines([RoleHolding(role="r", person=holder, start=draw(st.none() | DAYS))]),
        limits=_lines([Limit(category="c", up_to=baht(draw(NUMBERS)), person=holder, end=draw(st.none() | DAYS))]),
        calendars=_lines([WantedCalendar(**dict(BANGKOK), silent=draw(st.booleans()))]),
    )


def _lines(values):
    return tuple(Line(f"f:{number}", value, "a slip") for number, value in enumerate(values))


def attempt(current: Organisation, files: Wanted, today: date):
    try:
        return plan_import(current, files, today)
    except Refused:
        return None


@pytest.mark.rule("KRN-42")
@settings(max_examples=examples(50))
@given(first=wanted(), second=wanted(), days=st.integers(1, 500))
def test_imports_are_differences_and_leave_a_sound_organisation(first, second, days):
    company = Organisation()
    for files, today in ((first, TODAY), (second, TODAY + timedelta(days=days))):
        events = attempt(company, files, today)
        event(f"accepted: {events is not None}, on top of something: {company.version > 0}")
        if events is None:
            continue
        one_by_one = company
        for fact in events:
            one_by_one = evolve(one_by_one, fact)
        company = fold(company, events)
        assert company == one_by_one
        assert attempt(company, files, today) == []
        _is_sound(company, today)


def _is_sound(company: Organisation, today: date):
    for day in (today + timedelta(days=n) for n in (-400, 0, 1, 400)):
        for chair in company.positions:
            here = [
                one
                for person in company.people.values()
                for one in person.postings()
                if one.position == chair and one.holds_on(day)
            ]
            *before, _last = sorted(here, key=lambda one: one.start or date.min) or [None]
            assert all(one.end is not None and one.end - day <= HANDOVER for one in before)
            assert (company.holder_of(chair, day) is None) == (not here)
        for person in company.people:
            assert person not in company.line_above(person, day)
    for start in company.positions.values():
        seen, above = {start.id}, start.reports_to
        while above is not None:
            assert above not in seen
            seen.add(above)
            above = company.positions[above].reports_to
