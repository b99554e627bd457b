"""The portfolio: rank, money, dependencies, promises, capacity, what-if, effects from elsewhere."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.errors import Refused
from domain.kernel.ledger import Balance, LinePeriod
from domain.kernel.report import Snapshot
from domain.kernel.values.money import Money
from domain.organisation.jobs import Requirement
from domain.organisation.model import Organisation
from domain.projects.delivery import figures, schedule
from domain.projects.delivery.definition import PROJECT
from domain.projects.portfolio.capacity import Absence, capacity
from domain.projects.portfolio.effects import touched
from domain.projects.portfolio.model import Demand, ProjectSummary, ProjectView, view_of
from domain.projects.portfolio.overview import overview
from domain.projects.portfolio.report import PORTFOLIO, WHAT_IF, PortfolioQuestion, WhatIfQuestion, build, build_what_if
from domain.projects.portfolio.what_if import Change, what_if
from tests.conformance import company
from tests.domain.projects.delivering import MANAGER, OWNER, activity, balance, baselined, moved, ordered, worked
from tests.support.examples import examples

MONDAY = date(2027, 1, 18)
"""A week without a holiday in Thailand."""


def thb(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="THB")


def view(id_: str, **more: Any) -> ProjectView:
    given_ = {
        "id": id_, "title": id_, "unit": "it-applications", "stage": "executing", "line": "it-licences",
        "periods": ("2027",), "plan": thb(100), "committed": thb(10), "actual": thb(20), "forecast": thb(110),
    }  # fmt: skip
    return ProjectView.model_validate({**given_, **more})


def demand(hours: int, *, first: date = MONDAY, days: int = 7, **more: Any) -> Demand:
    known = {"skill": None, "person": None, "starts": first, "ends": first + timedelta(days=days - 1)}
    return Demand.model_validate({**known, "hours": hours, **more})


def balances() -> dict[LinePeriod, Balance]:
    return balance()


@pytest.mark.rule("PFL-01")
def test_mandatory_ranks_before_score_and_score_before_none():
    views = [view("c"), view("b", score=3), view("a", score=9), view("z", mandatory=True), view("y", ended="stopped")]
    assert [one.id for one in overview(views).ranked] == ["z", "a", "b", "c", "y"]


@pytest.mark.rule("PFL-01")
def test_money_is_added_by_theme_and_currency():
    euro = dict.fromkeys(("plan", "committed", "actual", "forecast"), "1 EUR")
    money = overview([view("a", theme="web"), view("b", theme="web"), view("c", theme="web", **euro)]).money
    assert [(one.theme, one.currency, one.plan, one.forecast) for one in money] == [
        ("web", "EUR", 1, 1),
        ("web", "THB", 200, 220),
    ]


@pytest.mark.rule("PFL-01")
def test_dependencies_say_how_late_and_circles_are_shown():
    late = view("a", finish=date(2027, 3, 11), baseline_finish=date(2027, 3, 1), waits_on=("c",))
    shown = overview([late, view("b", waits_on=("a", "elsewhere")), view("c", waits_on=("b",))])
    assert [(one.project, one.on, one.days, one.is_known) for one in shown.dependencies] == [
        ("a", "c", 0, True),
        ("b", "a", 10, True),
        ("b", "elsewhere", 0, False),
        ("c", "b", 0, True),
    ]
    assert shown.circles == (("a", "b", "c"),)


@pytest.mark.rule("PFL-01")
def test_the_closed_stand_against_their_first_promises():
    project = ordered(baselined(), "1000000 THB")
    project.when("spend-money", {"order": "order-1", "amount": "1000000 THB"}, by=MANAGER)
    worked(project, "build", "train", "live").when("begin-closing", {}, by=MANAGER)
    answer = {"task": project.open("acceptance").id, "accepted": ["r1", "r2"]}
    project.when("accept-result", answer, by=OWNER)
    project.when("finish-project", {"task": project.open("close").id, "lessons": "None"}, by=MANAGER)
    (before,) = overview([view_of(project.state, project.now.date())]).closed
    assert (before.in_money, before.in_time, before.benefits) == (True, True, None)
    project.when("measure-benefit", {"task": project.open("benefit").id, "value": "30", "note": "No"}, by=OWNER)
    (after,) = overview([view_of(project.state, project.now.date())]).closed
    assert after.benefits is False


@pytest.mark.rule("PFL-02")
def test_a_cut_frees_money_and_hours():
    before = (view("a", demand=(demand(40, skill="sql"),)), view("b", waits_on=("a",)))
    cut, follower = touched(
        what_if(before, [Change(do="cut", project="a")]), company.organisation(), balances(), "2026"
    )
    assert (cut.ended, cut.forecast, cut.demand) == ("stopped", thb(30), ())
    assert follower.colour == "red"
    assert before[0].ended is None


@pytest.mark.rule("PFL-02")
def test_a_delay_moves_hours_and_colours_who_waits():
    ends = date(2027, 3, 1)
    one = view("a", finish=ends, baseline_finish=ends, demand=(demand(40, skill="sql"),))
    after = what_if([one, view("b", waits_on=("a",))], [Change(do="delay", project="a", days=14)])
    late, follower = seen(*after)
    assert (late.late_days, late.demand[0].starts) == (14, MONDAY + timedelta(days=14))
    assert [str(why) for why in follower.reasons] == ["a, which it waits for, is 14 days late"]


@pytest.mark.rule("PFL-02")
def test_what_is_not_there_cannot_be_cut():
    with pytest.raises(Refused, match="no open project"):
        what_if([view("a", ended="finished")], [Change(do="cut", project="a")])


@pytest.mark.rule("PFL-02")
@pytest.mark.rule("PFL-04")
def test_an_added_project_shows_the_skills_it_lacks():
    project = baselined()
    source = snapshot({"project-1": project.state}, project.now)
    added = {
        "title": "New shop", "unit": "it-web", "line": "it-licences", "period": "2027", "plan": "500000 THB",
        "finish": "2027-06-01", "demand": [demand(4000, skill="python", first=MONDAY).model_dump(mode="json")],
    }  # fmt: skip
    asked = WhatIfQuestion.model_validate({"changes": [{"do": "add", "added": added}]})
    state = project.state.model_dump_json()
    found = build_what_if(source, asked)
    assert [(load.week, load.name) for load in found.overloads] == [(MONDAY, "python")]
    assert [one.project for one in found.differences] == ["new-1"]
    assert project.state.model_dump_json() == state


@pytest.mark.rule("PFL-03")
def test_lateness_travels_over_projects_between():
    late = view("a", finish=date(2027, 3, 11), baseline_finish=date(2027, 3, 1))
    views = touched(
        [late, view("b", waits_on=("a",)), view("c", waits_on=("b",))], company.organisation(), balances(), "2026"
    )
    assert [one.colour for one in views] == ["green", "amber", "amber"]
    assert str(views[2].reasons[0]) == "a, which it waits for, is 10 days late"


@pytest.mark.rule("PFL-03")
def test_a_frozen_position_touches_who_needs_its_skill():
    organisation, position = asking_for("kubernetes"), "platform-engineer-3"
    frozen = organisation.positions[position].model_copy(update={"frozen": True})
    changed = organisation.model_copy(update={"positions": {**organisation.positions, position: frozen}})
    needing = view("a", unit="it-platform", demand=(demand(8, skill="kubernetes"),))
    other = view("b", unit="it-platform", demand=(demand(8, skill="sql"),))
    assert [one.colour for one in touched([needing], organisation, balances(), "2026")] == ["green"]
    one, other = touched([needing, other], changed, balances(), "2026")
    assert (one.colour, other.colour) == ("amber", "green")
    assert position in str(one.reasons[0])


@pytest.mark.rule("PFL-03")
@pytest.mark.parametrize(
    ("more", "year", "colour"),
    [
        ({}, "2026", "green"),
        ({}, "2028", "amber"),
        ({"line": "gone"}, "2026", "red"),
        ({"periods": ("2029",)}, "2026", "red"),
    ],
)
def test_a_lapsed_budget_touches_its_projects(more: dict[str, Any], year: str, colour: str):
    (one,) = touched([view("a", **more)], company.organisation(), balances(), year)
    assert one.colour == colour
    assert bool(one.reasons) is (colour != "green")


@pytest.mark.rule("PFL-04")
def test_capacity_is_ones_hours_less_absence():
    (before,) = loads(view("a", demand=(demand(40, person=MANAGER),)))
    (after,) = loads(view("a", demand=(demand(40, person=MANAGER),)), absent(MONDAY, MONDAY + timedelta(days=1)))
    assert (before.capacity, after.capacity) == (Decimal("40.0"), Decimal("24.0"))
    assert (before.over, after.over) == (0, Decimal("16.0"))


@pytest.mark.rule("PFL-04")
def test_a_skill_has_the_hours_of_who_is_asked_for_it():
    one = view("a", demand=(demand(60, skill="kubernetes"),))
    (load,) = capacity([one], asking_for("kubernetes"), (), MONDAY, 1).by_skill
    assert (load.capacity, load.over) == (Decimal("40.0"), Decimal("20.0"))


@pytest.mark.rule("PFL-04")
def test_too_much_is_judged_over_all_projects():
    one, other = (view(name, demand=(demand(25, person=MANAGER),)) for name in ("a", "b"))
    assert [load.over for load in loads(one)] == [0]
    assert [load.over for load in loads(one, other)] == [Decimal("10.0")]


@pytest.mark.rule("PFL-04")
def test_too_much_is_judged_per_week_and_not_on_average():
    weeks = capacity([view("a", demand=(demand(60, person=MANAGER),))], company.organisation(), (), MONDAY, 4).by_person
    assert [load.over for load in weeks] == [Decimal("20.0")]
    spread = capacity(
        [view("a", demand=(demand(60, person=MANAGER, days=14),))], company.organisation(), (), MONDAY, 4
    ).by_person
    assert [load.over for load in spread] == [0, 0]


@pytest.mark.rule("PFL-04")
def test_hours_of_the_weeks_add_up():
    @settings(max_examples=examples(25))
    @given(st.integers(1, 500), st.integers(1, 60), st.integers(0, 20))
    def adds_up(hours: int, days: int, later: int) -> None:
        one = view("a", demand=(demand(hours, person=MANAGER, days=days, first=MONDAY + timedelta(days=later)),))
        found = capacity([one], company.organisation(), (), MONDAY, 20).by_person
        assert abs(sum(load.demand for load in found) - hours) <= Decimal("0.05") * len(found)

    adds_up()


@pytest.mark.rule("PFL-01")
def test_the_report_tells_a_reader_of_their_units_only():
    project = baselined([activity("build", 1, 40, skill="sql", hours=80)]).when(
        "move-activity", moved("build", 2, 45), by=MANAGER
    )
    everything = snapshot({"project-1": project.state}, project.now)
    assert [one.id for one in build(everything, PortfolioQuestion()).overview.ranked] == ["project-1"]
    others = snapshot({"project-1": project.state}, project.now, units=frozenset({"hr"}))
    assert build(others, PortfolioQuestion()).overview.ranked == ()
    assert {PORTFOLIO.name, WHAT_IF.name} <= project.process.reports.keys()


def snapshot(states: dict[str, Any], now: datetime, units: frozenset[str] | None = None) -> Snapshot:
    return Snapshot(
        at=now, position=1, organisation=company.organisation(), cases={"project": states},
        balances=tuple(balances().values()), units=units,
    )  # fmt: skip


def absent(first: date, last: date) -> Absence:
    return Absence(person=MANAGER, first=first, last=last)


def loads(*given_: ProjectView | Absence) -> Any:
    views = [one for one in given_ if isinstance(one, ProjectView)]
    absences = [one for one in given_ if isinstance(one, Absence)]
    known: Organisation = company.organisation()
    return capacity(views, known, absences, MONDAY, 1).by_person


def seen(*views: ProjectView) -> tuple[ProjectView, ...]:
    return touched(views, company.organisation(), balances(), "2026")


def asking_for(skill: str) -> Organisation:
    """The example company, whose platform engineers are to have a skill."""
    known = company.organisation()
    (*_, newest) = known.descriptions["jd-platform-engineer"]
    asked = newest.description.model_copy(update={"skills": (Requirement(skill=skill, level=3, need="must"),)})
    versions = (newest.model_copy(update={"description": asked}),)
    return known.model_copy(update={"descriptions": {**known.descriptions, "jd-platform-engineer": versions}})


@pytest.mark.rule("PFL-02", "DEL-01")
@pytest.mark.parametrize(("days", "colour"), [(0, "green"), (5, "amber"), (20, "red")])
def test_a_delayed_project_takes_its_own_colour(days: int, colour: str):
    planned = view("a", finish=MONDAY, baseline_finish=MONDAY)
    (delayed,) = what_if([planned], [Change(do="delay", project="a", days=days)], {"a": 10})
    assert delayed.colour == colour
    assert [why.args for why in delayed.reasons] == ([{"days": str(days)}] if days else [])


@pytest.mark.rule("PFL-01", "DEL-04")
def test_a_summary_knows_every_day():
    project = worked(baselined(), "build")
    summary = ProjectSummary.model_validate_json(
        PROJECT.summary.of(project.state).model_dump_json(exclude_defaults=True)
    )
    for day in (project.now.date() + timedelta(days=n) for n in range(0, 200, 60)):
        shown, health = summary.view(project.state.case.id, day), figures.health(project.state, day)
        assert shown == view_of(project.state, day)
        assert (shown.colour, shown.finish) == (health.colour, schedule.finish_of(project.state.works, day))
