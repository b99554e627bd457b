"""The words of discipline: stages, roles, how grave a thing is, what can follow, and what a policy may set."""

from enum import StrEnum

from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.parameters import Parameters
from domain.organisation.policy_needs import Parameter

PROCESS = "discipline"
LADDER = "confidential"
"""Reminds and never brings in a manager: an escalation would tell people outside that there is a case (DIS-09)."""


class Stage(StrEnum):
    TRIAGE = "triage"
    INVESTIGATING = "investigating"
    REPORTED = "reported"
    INVITING = "inviting"
    INVITED = "invited"
    DECIDING = "deciding"
    CONFIRMING = "confirming"
    APPEAL_WINDOW = "appeal_window"
    APPEAL = "appeal"
    LATE_APPEAL = "late_appeal"
    IN_FORCE = "in_force"
    NO_CASE = "no_case"
    INFORMAL = "informal"
    NO_ACTION = "no_action"
    LAPSED = "lapsed"
    OVERTURNED = "overturned"
    UNRESOLVED = "unresolved"
    ANNULLED = "annulled"


ENDS = frozenset(tuple(Stage)[-7:])
OPEN = frozenset(Stage) - ENDS
BEFORE_OUTCOME = frozenset(tuple(Stage)[:7])
DECIDED = frozenset({Stage.APPEAL_WINDOW, Stage.APPEAL, Stage.LATE_APPEAL, Stage.IN_FORCE})


class Post(StrEnum):
    """What one person does in a case. Nobody has two, and none is reporter, witness or subject (DIS-01)."""

    ADVISER = "adviser"
    INVESTIGATOR = "investigator"
    HEARING_MANAGER = "hearing-manager"
    APPEAL_MANAGER = "appeal-manager"
    NOTE_TAKER = "note-taker"
    COMPANION = "companion"


class Role(StrEnum):
    """The roles of a case, as pages call them. A policy writes the names: `hearing-manager`."""

    ADVISER = "HR adviser"
    INVESTIGATOR = "investigator"
    HEARING_MANAGER = "hearing manager"
    APPEAL_MANAGER = "appeal manager"
    CONFIRMER = "who confirms the outcome"
    GRIEVANCE_HANDLER = "who answers the grievance"
    EMPLOYEE = "employee it is about"
    COMPANION = "companion"
    NOTE_TAKER = "note taker"
    WITNESS = "witness"
    PLAN_KEEPER = "who holds a check-in"
    REPORTER = "who reported the concern"


class Gravity(StrEnum):
    MINOR = "minor"
    MISCONDUCT = "misconduct"
    SERIOUS = "serious"
    GROSS = "gross"


class Measure(StrEnum):
    """What an outcome can be, the lightest first."""

    NONE = "none"
    VERBAL = "verbal-warning"
    FIRST = "first-written-warning"
    FINAL = "final-written-warning"
    DEMOTION = "demotion"
    DISMISSAL = "dismissal"

    @property
    def rank(self) -> int:
        return tuple(Measure).index(self)


WARNINGS = frozenset({Measure.VERBAL, Measure.FIRST, Measure.FINAL})
HEAVY = frozenset({Measure.DEMOTION, Measure.DISMISSAL})

DEFAULTS: dict[str, Parameter] = {
    "triage_days": 2,
    "answer_days": 5,
    "investigation_days": 10,
    "proceed_days": 2,
    "invitation_days": 3,
    "notice_days": 5,
    "postponement_days": 5,
    "outcome_days": 5,
    "appeal_days": 5,
    "late_appeal_days": 20,
    "appeal_hearing_days": 5,
    "statement_days": 3,
    "grievance_days": 5,
    "suspension_review_days": 5,
    "check_ins": 2,
    "months_verbal": 3,
    "months_first": 6,
    "months_final": 12,
    "highest_minor": Measure.VERBAL.value,
    "highest_misconduct": Measure.FIRST.value,
    "highest_serious": Measure.FINAL.value,
    "highest_gross": Measure.DISMISSAL.value,
    "role_hr": "hr-partner",
    "role_last": "executive",
}
"""Days are working days. `highest_…` is the level table: the heaviest measure where no warning is active (DIS-04).

`role_last` advises, hears an appeal or answers where everybody nearer is involved.
"""
PARAMETERS = Parameters(PROCESS, DEFAULTS)


def number(facts: Facts, name: str) -> int:
    return int(PARAMETERS.number(facts, name))


def text(facts: Facts, name: str) -> str:
    return PARAMETERS.text(facts, name)


def highest(facts: Facts, gravity: Gravity) -> Measure:
    """The level table. Raises Refused `policy-parameter`."""
    name = f"highest_{gravity.value}"
    try:
        return Measure(text(facts, name))
    except ValueError:
        template = "The policy's parameter {name} must be one of {known}; publish a corrected policy."
        raise Refused("policy-parameter", template, name=name, known=", ".join(Measure)) from None
