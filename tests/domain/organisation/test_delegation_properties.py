"""Whatever is asked for, in whatever order: nobody stands in for somebody who stands in for them (KRN-20, KRN-21)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.kernel.delegation import Delegations
from domain.kernel.errors import Refused
from domain.organisation.delegations import LONGEST, REGISTRY, Wish, fold, grant, revoke
from tests.domain.organisation.small_company import organisation, person
from tests.support.examples import examples

START = datetime(2026, 11, 23, 3, tzinfo=UTC)
PEOPLE = ("e1", "e2", "e4", "e5")
COMPANY = organisation(people={**organisation().people, "e5": person("e5", "seller")})
PAIRS = st.permutations(PEOPLE).map(lambda people: people[:2])
HOURS = st.integers(0, 60).map(lambda n: timedelta(hours=n))


@st.composite
def steps(draw):
    """A wish, or which earlier delegation to revoke, each by somebody (mostly the principal) at some later moment."""
    return draw(
        st.lists(
            st.tuples(
                st.tuples(PAIRS, HOURS, HOURS) | st.integers(0, 9),
                st.just("") | st.just("") | st.sampled_from(PEOPLE),
                st.integers(0, 5).map(lambda n: timedelta(hours=n)),
            ),
            min_size=1,
            max_size=14,
        )
    )


def played(acts) -> Delegations:
    known, now = Delegations(), START
    for number, (what, by, later) in enumerate(acts):
        now += later
        try:
            if isinstance(what, int):
                name = list(known.granted)[what % len(known.granted)] if known.granted else "d-0"
                principal = known.granted[name].principal if known.granted else ""
                events = revoke(known, name, by=by or principal, organisation=COMPANY, now=now)
            else:
                (principal, delegate), start, length = what
                wish = Wish(
                    id=f"d-{number}", principal=principal, delegate=delegate, start=START + start,
                    end=START + start + length,
                )  # fmt: skip
                events = grant(known, wish, by=by or principal, organisation=COMPANY, processes=(), now=now)
        except Refused as refused:
            event(refused.code)
            continue
        event("revoked" if isinstance(what, int) else "granted")
        known = fold(known, events)
    return known


def circles(pairs: set[tuple[str, str]]) -> list[str]:
    """Whoever is their own stand-in over others."""
    reached = set(pairs)
    while more := {(a, d) for a, b in reached for c, d in pairs if b == c} - reached:
        reached |= more
    return [person for person in PEOPLE if (person, person) in reached]


@pytest.mark.rule("KRN-21")
@settings(max_examples=examples(60))
@given(steps())
def test_at_no_instant_do_people_stand_in_for_each_other_in_a_circle(acts):
    known = played(acts)
    for hour in range(0, 140, 2):
        instant = START + timedelta(hours=hour, minutes=30)
        pairs = {(d.principal, d.delegate) for d in known.granted.values() if d.holds_at(instant)}
        assert not circles(pairs)
        for one in PEOPLE:
            assert all(d.delegate == one and d.principal != one for d in known.of_delegate(one, instant))


@pytest.mark.rule("KRN-20")
@given(steps())
def test_each_has_a_first_and_a_last_moment_and_is_over_for_good_once_it_is_over(acts):
    for one in played(acts).granted.values():
        assert timedelta(0) < one.end - one.start <= LONGEST
        held = [one.holds_at(START + timedelta(hours=hour)) for hour in range(140)]
        assert "".join("x" if each else " " for each in held).strip().count(" ") == 0


def test_both_kinds_of_events_are_known():
    assert set(REGISTRY.kinds) == {"DelegationGranted", "DelegationRevoked"}
