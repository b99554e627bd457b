"""What the policy may say about requests: days, limits, roles, the scoring model; and what counts when it is silent."""

from decimal import Decimal

from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.parameters import Parameters
from domain.kernel.routing.eligibility import OPERATIONS
from domain.organisation.policy_needs import Parameter

DEFAULTS: dict[str, Parameter] = {
    "role_pmo": "pmo",
    "role_emergency": "department-head",
    "currency": "THB",
    "idea_days": 10,
    "triage_days": 5,
    "requirements_days": 10,
    "estimate_days": 15,
    "sign_off_days": 5,
    "correct_days": 5,
    "plan_days": 10,
    "reserve_days": 3,
    "score_days": 3,
    "agenda_days": 3,
    "charter_days": 10,
    "charter_answer_days": 1,
    "replace_sponsor_days": 5,
    "estimate_valid_days": 90,
    "board_day": 15,  # of each month, or the next working day
    "cut_off_days": 5,  # working days before the board
    "fast_lane_cost": 250_000,  # at most, in `currency`, with the others of one origin
    "fast_lane_window_days": 90,
    "emergency_days": 10,
    "start_months": 6,
    "sponsor_check_days": 7,
    "scoring": ("strategy 40", "value 30", "risk 20", "urgency 10"),
}
PARAMETERS = Parameters("project_request", DEFAULTS)


def number(facts: Facts, name: str) -> Decimal:
    return PARAMETERS.number(facts, name)


def days(facts: Facts, name: str) -> int:
    return int(PARAMETERS.number(facts, name))


def text(facts: Facts, name: str) -> str:
    return PARAMETERS.text(facts, name)


def weights(facts: Facts) -> dict[str, Decimal]:
    """The scoring model: each criterion with its weight. Raises Refused `policy-parameter`."""
    given = PARAMETERS.of(facts, "scoring")
    rows = given if isinstance(given, tuple) else (str(given),)
    try:
        found = {name: Decimal(weight) for name, _, weight in (row.strip().rpartition(" ") for row in rows)}
    except ArithmeticError:
        found = {}
    if not found or "" in found or sum(found.values()) <= 0:
        template = "The policy's parameter {name} must list criteria with weights, such as {example}."
        raise Refused("policy-parameter", template, name="scoring", example="strategy 40")
    return found


def office(facts: Facts, unit: str | None) -> tuple[str, ...]:
    """The project office of a unit; operations where there is none, so that no request lies without an owner."""
    day = facts.now.date()
    held = facts.organisation.holders(text(facts, "role_pmo"), unit, day)
    return held or facts.organisation.holders(OPERATIONS, unit, day)
