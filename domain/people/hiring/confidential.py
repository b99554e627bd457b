"""What of a hiring a policy can hide, and what is hidden when it says nothing: pay and ratings (KRN-43)."""

from collections.abc import Mapping

from domain.kernel.deciding.tasks import ANSWER
from domain.kernel.policy import Confidentiality, Secret
from domain.kernel.routing.case_roles import word
from domain.kernel.showing.confidential import AMOUNT, INVOLVED_WORDS, Confidential
from domain.kernel.showing.task_sight import CONDITION, WHOLE
from domain.people.hiring.backfill import BACKFILL
from domain.people.hiring.closing import FROZEN_OFFER
from domain.people.hiring.interviews import SCORECARD
from domain.people.hiring.onboarding import ONBOARDING, PROBATION
from domain.people.hiring.roles import Role, own_people
from domain.people.hiring.state import HiringState, Requisition, Terms

_OWN = (Role.HIRING_MANAGER, Role.HR, Role.RECRUITER, Role.INTERVIEWER, Role.CANDIDATE)
_TEAM = ("requester", "asked", "decider", *map(word, (Role.HIRING_MANAGER, Role.HR, Role.RECRUITER)))
_CANDIDATE, _INTERVIEWER = word(Role.CANDIDATE), word(Role.INTERVIEWER)


def _people(state: HiringState) -> Mapping[str, frozenset[str]]:
    return {word(role): people for role, people in own_people(state).items()}


_PLACE = ("requisition.position", "requisition.unit", "requisition.location")
_STARTER = (*_PLACE, "offers.{subject}.candidate", "offers.{subject}.terms.start_date")
_JOB = (*_PLACE, "requisition.seats", "requisition.job_description", "requisition.interview_plan")

TASKS = {
    "extend-offer": WHOLE,
    FROZEN_OFFER: WHOLE,
    SCORECARD: (*_JOB, "candidates.{subject}.id"),
    "check": _STARTER,
    BACKFILL: ("offers.{subject}.candidate", "offers.{subject}.terms.start_date"),
    ONBOARDING: _STARTER,
    PROBATION: _STARTER,
    ANSWER: (*_JOB, "requisition.business_case"),
    CONDITION: (*_JOB, "requisition.business_case"),
}
"""What each kind of work needs to know: whoever prepares a desk sees who starts where and when, and no pay."""

CONFIDENTIAL = Confidential(
    fields={name: (name,) for name in (*Requisition.model_fields, *Terms.model_fields)}
    | {
        "cost": ("cost", AMOUNT, "funding", "holdings", "transfers"),
        "checks": ("checks", "approved_checks"),
        "outside_band": ("outside_band",),
        "scorecard": ("scorecard", "scores", "recommendation", "notes"),
        "ranking": ("ranking",),
        "source": ("source",),
        "held": ("held",),
        "check_results": ("checks", "result", "note"),
    },
    words=frozenset(map(word, _OWN)),
    parts=_people,
    default=Confidentiality(
        seen_by=(*INVOLVED_WORDS, *map(word, _OWN)),
        others="nothing",
        groups={
            "pay": Secret(fields=("salary_band", "salary", "cost"), seen_by=(*_TEAM, _CANDIDATE)),
            "ratings": Secret(fields=("scorecard", "ranking"), seen_by=(*_TEAM, _INTERVIEWER)),
            "skills": Secret(fields=("held",), seen_by=(*_TEAM, _INTERVIEWER)),
            "checks": Secret(fields=("check_results",), seen_by=_TEAM),
        },
    ),
    always=("requester", "asked", _CANDIDATE),
    tasks=TASKS,
    apart=frozenset({_CANDIDATE}),
)
"""What a candidate sees is cut to their own offers before: the pay of those is theirs to know."""
