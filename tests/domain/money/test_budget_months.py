"""Month by month: forecasts due on day 7, variances explained by day 8 with a measure (BUD-10)."""

from datetime import date

import pytest

from domain.money.budget.events import VariancesFound
from tests.support.budgeting import HARDWARE, HARDWARE_OWNER, LICENCES, OWNER, BudgetPlay, row, thb

NEXT = [row("it-licences", "1200000 THB", "2027"), row("it-hardware", "600000 THB", "2027")]
LICENCES_27, HARDWARE_27 = (LICENCES._replace(period="2027"), HARDWARE._replace(period="2027"))


def year_27() -> BudgetPlay:
    return BudgetPlay().in_force(year="2027", rows=NEXT)


def found(play: BudgetPlay) -> list[tuple[str, int]]:
    return [(one.line, int(one.actual.amount)) for one in play.found(VariancesFound).variances]


@pytest.mark.rule("BUD-10")
def test_the_first_forecast_is_due_on_day_seven_of_february():
    play = year_27()
    assert play.state.forecast.due == date(2027, 2, 7)
    rows = [{"line": "it-licences", "amount": "1 THB"}, {"line": "it-hardware", "amount": "2 THB"}]
    play.due("forecast")
    assert play.open("forecast").people == (OWNER,)
    assert play.refused("give-forecast", {"rows": rows[:1]}, by=OWNER) == "line-missing"
    assert play.refused("give-forecast", {"rows": [*rows, rows[0]]}, by=OWNER) == "line-missing"
    play.when("give-forecast", {"rows": rows}, by=OWNER)
    assert (play.state.forecast.due, len(play.state.forecasts)) == (date(2027, 3, 7), 1)


@pytest.mark.rule("BUD-10")
def test_both_limits_must_be_exceeded():
    """The plan until the end of January is a twelfth: 100,000 and 50,000; the limits are 10 % and 50,000."""
    play = year_27().spent(LICENCES_27, actual=150_000).spent(HARDWARE_27, actual=1)
    assert found(play.due("month-close")) == []
    play = year_27().spent(LICENCES_27, actual=150_001).spent(HARDWARE_27, actual=0)
    assert found(play.due("month-close")) == [("it-licences", 150_001)]
    play = year_27().line(owner=OWNER)
    play.given(policy=_with(play, variance_percent="60")).spent(LICENCES_27, actual=150_001)
    assert found(play.due("month-close")) == []


def _with(play: BudgetPlay, **parameters):
    known = play.facts.policy.processes["budget"]
    changed = known.model_copy(update={"parameters": {**known.parameters, **parameters}})
    return play.facts.policy.model_copy(update={"processes": {**play.facts.policy.processes, "budget": changed}})


@pytest.mark.rule("BUD-10")
def test_the_owner_of_the_line_explains_with_a_measure():
    play = year_27().spent(HARDWARE_27, actual=400_000).spent(LICENCES_27, actual=100_000).due("month-close")
    task = play.open("variance")
    assert (task.people, task.timing.due_at.date()) == ((HARDWARE_OWNER,), date(2027, 2, 8))
    given = {
        "task": task.id,
        "cause": "Broken disks",
        "action": "Claim the warranty",
        "owner": OWNER,
        "due": "2027-03-01",
    }
    assert play.refused("explain-variance", given, by=OWNER) == "not-your-role"
    assert play.refused("explain-variance", {**given, "owner": "ghost"}, by=HARDWARE_OWNER) == "unknown-owner"
    play.when("explain-variance", given, by=HARDWARE_OWNER)
    (measure,) = play.state.measures.open
    assert (measure.owner, measure.due, measure.details["line"]) == (OWNER, date(2027, 3, 1), "it-hardware")
    assert play.open("measure").people == (OWNER,)
    assert play.state.explained["it-hardware"].cause == "Broken disks"


@pytest.mark.rule("BUD-10")
def test_each_month_is_closed_until_the_year_is_over():
    play = year_27()
    months = []
    while any(one.kind == "month-close" for one in play.case.deadlines):
        months.append(play.due("month-close").found(VariancesFound).month)
    assert (months[0], months[-1], len(months)) == ("2027-01", "2027-12", 12)
    assert play.state.variances["it-licences"].planned == thb(1_200_000)


def test_an_unexplained_line_is_asked_about_once():
    play = year_27().spent(LICENCES_27, actual=900_000).spent(HARDWARE_27, actual=50_000).due("month-close")
    first = play.open("variance")
    play.spent(HARDWARE_27, actual=50_000).due("month-close")
    assert play.open("variance").id != first.id
    assert play.state.variances["it-licences"].month == "2027-02"


def test_a_line_that_is_planned_by_months_is_compared_to_the_month():
    rows = [row("it-licences", "500000 THB", f"2027-{month:02}") for month in (1, 2, 3)]
    play = BudgetPlay().line(periods="month").in_force(year="2027", rows=rows)
    play.spent(LICENCES._replace(period="2027-01"), actual=500_000)
    play.spent(LICENCES._replace(period="2027-02"), actual=300_000)
    assert found(play.due("month-close")) == []
    assert found(play.due("month-close")) == [("it-licences", 800_000)]


@pytest.mark.rule("BUD-10", "BUD-12")
def test_a_twelfth_that_is_no_whole_satang_is_rounded():
    rows = [row("it-licences", "1000000 THB", "2027"), NEXT[1]]
    play = BudgetPlay().in_force(year="2027", rows=rows).spent(HARDWARE_27, actual=50_000).due("month-close")
    assert [(one.line, str(one.planned)) for one in play.found(VariancesFound).variances] == [
        ("it-licences", "83,333.33 THB")
    ]
