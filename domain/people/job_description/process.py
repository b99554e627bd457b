"""The process `job_description`, as the loop, the store, the views and the edges know it."""

from domain.kernel.deciding.tasks import ANSWER
from domain.kernel.facts import Facts
from domain.kernel.policy import Confidentiality, Secret
from domain.kernel.process import Process
from domain.kernel.routing.eligibility import today_of
from domain.kernel.routing.route import PreviewStep, preview, route_of
from domain.kernel.showing.confidential import INVOLVED_WORDS, Confidential
from domain.kernel.showing.task_sight import CONDITION, WHOLE
from domain.kernel.value import Value
from domain.organisation.jobs import Description
from domain.organisation.policy_needs import Needs, PolicyFields
from domain.people.job_description import commands as c
from domain.people.job_description.content import MATERIAL, check, content_of
from domain.people.job_description.decide import ALLOWED, case_of, decide
from domain.people.job_description.drafting import ROUTE, content_from
from domain.people.job_description.effects import claims, effects
from domain.people.job_description.events import EVENTS
from domain.people.job_description.evolve import evolve
from domain.people.job_description.form_hints import ASKING
from domain.people.job_description.impact import KIND
from domain.people.job_description.lifecycle import YEARLY
from domain.people.job_description.lookups import PARAMETERS
from domain.people.job_description.state import PROCESS, JobDescriptionState, initial, is_terminal, stage


def _preview(payload: Value, facts: Facts, requester: str) -> list[PreviewStep]:
    assert isinstance(payload, c.DraftDescription | c.ReviseDescription)
    content, day = content_from(payload, facts), today_of(facts, requester)
    check(facts.organisation, content, day)
    submitted = content_of(facts, payload.description, content, requester=requester, day=day)
    return preview(submitted, route_of(facts.policy, PROCESS, ROUTE), facts)


SEEN = PolicyFields(
    material={
        **dict.fromkeys(MATERIAL, "other"),
        "grade": "number",
        "unit": "unit",
        "speciality": "word",
        "description": "word",
    },
    data={"new_version": "flag", "grade_changed": "flag"},
    amount=False,
)

CONFIDENTIAL = Confidential(
    fields={name: (name,) for name in (*Description.model_fields, "differences", "per_year", "covered")},
    default=Confidentiality(
        seen_by=INVOLVED_WORDS,
        others="exists",
        groups={
            "impact": Secret(
                fields=("per_year", "covered"), seen_by=("requester", "asked", "decider", "role:finance-controller")
            )
        },
    ),
    tasks=dict.fromkeys((KIND, YEARLY, ANSWER, CONDITION), WHOLE),
)
"""What a grade costs is told to whoever decides on it; what is in use stands in the register for all to read."""

JOB_DESCRIPTION: Process[JobDescriptionState] = Process(
    name=PROCESS,
    workflow="JobDescription",
    start=c.START,
    commands=c.COMMANDS,
    events=EVENTS,
    initial=initial,
    decide=decide,
    evolve=evolve,
    is_terminal=is_terminal,
    case=case_of,
    stage=stage,
    effects=effects,
    claims=claims,
    allowed=ALLOWED,
    preview=_preview,
    policy_needs=Needs(
        routes=frozenset({ROUTE}),
        seen={ROUTE: SEEN},
        defaults=PARAMETERS,
        confidential=frozenset(CONFIDENTIAL.fields),
    ),
    confidential=CONFIDENTIAL,
    asking=ASKING,
)
