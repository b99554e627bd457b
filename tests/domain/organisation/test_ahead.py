"""What is open on a day, and what changes in the days after it."""

from datetime import timedelta

import pytest

from domain.organisation.ahead import WINDOW, Coming, Vacancy, coming, last_day, second_seats, vacancies
from domain.organisation.model import Limit, Posting, RoleHolding, Seat
from tests.domain.organisation.small_company import TODAY, baht, organisation, person

SOON, FAR = TODAY + timedelta(days=30), TODAY + WINDOW + timedelta(days=1)


def with_people(*people, **changes):
    base = organisation()
    return base.model_copy(update={"people": base.people | {one.id: one for one in people}, **changes})


def with_unit(**changes):
    base = organisation()
    return base.model_copy(update={"units": base.units | {"data": base.units["data"].model_copy(update=changes)}})


def the_lead(company):
    return next((one for one in vacancies(company, TODAY) if one.position.id == "lead"), None)


@pytest.mark.rule("KRN-42")
@pytest.mark.parametrize(
    ("company", "acting", "following", "start"),
    [
        (with_people(), None, None, None),
        (with_people(person("e9", "lead", start=SOON)), None, "e9", SOON),
        (with_people(person("e9", "lead", start=SOON, end=SOON)), None, None, None),
        (with_people(seats=(Seat(person="e2", position="lead"),)), "e2", None, None),
        (with_people(seats=(Seat(person="e2", position="lead", start=SOON),)), None, None, None),
    ],
    ids=["open", "planned", "never came", "acting", "acting later"],
)
def test_a_vacancy_names_who_acts_and_follows(company, acting, following, start):
    assert the_lead(company) == Vacancy(company.positions["lead"], acting, following, start)


@pytest.mark.rule("KRN-42")
@pytest.mark.parametrize(
    "company",
    [
        with_people(person("e9", "lead")),
        with_people(seats=(Seat(person="e2", position="lead", kind="second"),)),
        with_unit(end=TODAY),
    ],
    ids=["held", "second position", "unit ended"],
)
def test_what_is_held_or_ended_is_no_vacancy(company):
    assert the_lead(company) is None


MOVED = Posting(position="engineer", end=SOON)


@pytest.mark.rule("KRN-42")
@pytest.mark.parametrize(
    ("company", "expected"),
    [
        (with_people(person("e9", "lead", start=SOON)), Coming(SOON, "joins", "e9", "lead")),
        (with_people(person("e9", "lead", before=(MOVED,))), Coming(SOON, "moves", "e9", "lead")),
        (with_people(person("e9", "lead", end=SOON)), Coming(SOON, "leaves", "e9", "lead")),
        (with_people(seats=(Seat(person="e2", position="lead", end=SOON),)), Coming(SOON, "acting-ends", "e2", "lead")),
        (
            with_people(roles=(RoleHolding(role="hr-partner", person="e2", unit="it", start=SOON),)),
            Coming(SOON, "role-begins", "e2", unit="it", role="hr-partner"),
        ),
        (
            with_people(limits=(Limit(category="hiring", up_to=baht(1), person="e2", end=SOON),)),
            Coming(SOON, "limit-ends", "e2", "hiring"),
        ),
        (with_unit(end=SOON, into="shop"), Coming(SOON, "unit-ends", what="shop", unit="data")),
    ],
    ids=["joins", "moves", "leaves", "acting", "role", "limit", "unit"],
)
def test_changes_of_the_next_days_are_told(company, expected):
    assert expected in coming(company, TODAY)
    assert expected not in coming(company, SOON)


@pytest.mark.rule("KRN-42")
def test_what_is_far_or_taken_back_is_left_out():
    company = with_people(
        person("e8", "lead", start=FAR),
        person("e9", "lead", start=SOON, end=SOON),
        roles=(RoleHolding(role="hr-partner", person="e2", start=SOON, end=SOON),),
    )
    assert not coming(company, TODAY)


@pytest.mark.rule("KRN-42")
def test_authority_ends_with_its_holder():
    company = with_people(person("e9", "lead", end=SOON))
    assert last_day(company, RoleHolding(role="hr-partner", person="e9", end=FAR)) == SOON - timedelta(days=1)
    assert last_day(company, RoleHolding(role="hr-partner", person="e2", end=FAR)) == FAR - timedelta(days=1)
    assert last_day(company, RoleHolding(role="hr-partner", person="e2")) is None


@pytest.mark.rule("KRN-42")
def test_seats_of_leavers_are_not_acted_in():
    seats = (Seat(person="e2", position="lead"), Seat(person="e9", position="head"))
    assert second_seats(with_people(person("e9", "lead", end=TODAY), seats=seats), TODAY) == seats[:1]
