"""What the rules of job descriptions look up: parameters of the policy, days, and the end of a working day."""

from calendar import monthrange
from datetime import date, datetime

from domain.kernel.decision_context import DecisionContext
from domain.kernel.facts import Facts
from domain.kernel.parameters import Parameters
from domain.kernel.routing.route import calendar_of
from domain.kernel.values.calendar import working_date
from domain.organisation.policy_needs import Parameter
from domain.people.job_description.state import PROCESS, JobDescriptionState

Wire = DecisionContext[JobDescriptionState]

PARAMETERS: dict[str, Parameter] = {
    "review_months": 12,
    "review_days": 20,
    "review_ladder": "standard",
    "budget_impact_days": 5,
    "role_finance": "finance-controller",
}
"""The parameters of the policy, with the value that counts when the policy is silent. The yearly look is asked for
`review_days` working days before it is due."""

_OF_POLICY = Parameters(PROCESS, PARAMETERS)
parameter, number = _OF_POLICY.text, _OF_POLICY.number


def next_look(facts: Facts, day: date) -> date:
    """The day by which somebody looks again, after `day`: so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + int(number(facts, "review_months")), 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_day_end(facts: Facts, person: str, day: date, offset: int = 0) -> datetime:
    """The UTC instant at which the working day ends that is `offset` working days from `day`, or the next one."""
    calendar = calendar_of(facts, person)
    *_, (_start, end) = calendar.stretches(working_date(calendar, day, offset))
    return end
