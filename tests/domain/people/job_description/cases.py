"""Versions of job descriptions in the small company of the tests of hiring, with a register of a few skills."""

from datetime import date
from typing import Any

from domain.kernel.effects import Record
from domain.kernel.facts import Facts
from domain.kernel.policy import Approver, Condition, Policy, ProcessPolicy, Route, Step
from domain.organisation import record
from domain.organisation.jobs import Description, JobVersion, Requirement, Skill, Speciality, Title
from domain.organisation.model import Organisation, RoleHolding
from domain.people.job_description.process import JOB_DESCRIPTION
from domain.people.job_description.state import JobDescriptionState
from tests.domain.people.company import BOSS, CONTROLLER, HEAD, HR2, MANAGER, NOW, ORGANISATION, POLICY, SYSTEM
from tests.support.given import Scenario

Play = Scenario[JobDescriptionState]

TODAY = date(2026, 11, 2)
ID, OLDER = "jd-support", "jd-older"
SKILLS = {"it-management": "Managing IT", "python": "Python programming", "sql": "SQL", "english": "English"}

ROUTE = Route(
    steps=(
        Step(name="peers", title="Peers", who=Approver(group="peers")),
        Step(name="hr", title="HR", who=Approver(role="hr-partner")),
        Step(name="grading", title="Grading", who=Approver(group="grading")),
        Step(
            name="finance",
            title="Finance",
            who=Approver(role="finance-controller"),
            when=(Condition(field="grade_changed", equals=True),),
        ),
    ),
    fallback=Approver(person=BOSS),
)
WITH_DESCRIPTIONS: Policy = POLICY.model_copy(
    update={"processes": {**POLICY.processes, "job_description": ProcessPolicy(routes={"review": ROUTE})}}
)


def described(
    id_: str = ID, version: int = 3, *, case: str | None = None, review_by: date = date(2027, 3, 1), **content: Any
) -> JobVersion:
    """An approved version that asks for ten years in managing IT, and would like some English."""
    told: dict[str, Any] = {
        "title": Title(en="Support engineer", th="วิศวกรสนับสนุน"),
        "purpose": "Keeps people working",
        "accountabilities": ("Calls are answered", "Faults are found"),
        "skills": (
            Requirement(skill="it-management", level=4, years=10),
            Requirement(skill="english", level=2, need="nice"),
        ),
        "grade": 5,
        "unit": "it",
        "positions": ("p-support",),
        "reports_to": "p-e4",
    }
    return JobVersion(
        id=id_,
        version=version,
        description=Description(**told | content),
        review_by=review_by,
        case=case,
        start=date(2026, 1, 1),
    )


def company(*jobs: JobVersion) -> Organisation:
    """The company with a register, and with these versions in force."""
    return registered(ORGANISATION, *jobs)


def registered(organisation: Organisation, *jobs: JobVersion) -> Organisation:
    """`organisation` with the skills, the reviewers, and these versions in force."""
    roles = [RoleHolding(role="peers", person=person) for person in (HEAD, MANAGER)]
    roles += [RoleHolding(role="grading", person=person) for person in (HR2, CONTROLLER)]
    return organisation.model_copy(
        update={
            "roles": (*organisation.roles, *roles),
            "skills": {key: Skill(id=key, name={"en": name}) for key, name in SKILLS.items()},
            "specialities": {"data": Speciality(id="data", name={"en": "Data"}, details=("technologies", "privacy"))},
            "descriptions": {job.id: (job,) for job in jobs},
            "described": {position: job.id for job in jobs for position in job.description.positions},
        }
    )


def scene(*jobs: JobVersion, case: str = "jd-1") -> Play:
    """A case that is not open yet, in a company where these versions are in force."""
    return Scenario(JOB_DESCRIPTION, Facts(now=NOW, organisation=company(*jobs), policy=WITH_DESCRIPTIONS), case)


def wish(**changes: Any) -> dict[str, Any]:
    """The first description of the support engineer, as an edge would send it."""
    return {
        "description": ID,
        "title": {"en": "Support engineer", "th": "วิศวกรสนับสนุน"},
        "purpose": "Keeps people working",
        "accountabilities": ["Calls are answered"],
        "skills": [{"skill": "it-management", "level": 4, "years": 10}],
        "grade": 5,
        "unit": "it",
        "positions": ["p-support"],
        "reports_to": "p-e4",
    } | changes


def drafted(*jobs: JobVersion, by: str, **changes: Any) -> Play:
    return scene(*jobs).when("draft-description", wish(**changes), by=by)


def revised(*jobs: JobVersion, by: str, **changes: Any) -> Play:
    """A new version of what is in force."""
    return scene(*(jobs or (described(),))).when("revise-description", {"description": ID, **changes}, by=by)


def decided(play: Play, outcome: str = "approve", **more: Any) -> Play:
    """The open step is decided by the first who was asked."""
    task = play.open("decide")
    return play.when("decide", {"task": task.id, "outcome": outcome, **more}, by=task.assignees[0])


def approved(play: Play) -> Play:
    while any(task.kind == "decide" for task in play.case.tasks.values()):
        decided(play)
    return play


def recorded(play: Play) -> Play:
    """The register holds what was asked, and its word came."""
    (asked,) = _recording(play)
    play.given(organisation=after(play))
    return play.when("note-recorded", {"position": 7, **asked.payload}, by=SYSTEM, channel="effect")


def in_use(play: Play) -> Play:
    return recorded(approved(play))


def after(play: Play) -> Organisation:
    """The organisation once it holds what the last command has recorded there."""
    (effect,) = _recording(play)
    events = [record.REGISTRY.lift(entry.type, entry.schema_version, entry.payload) for entry in effect.events]
    return record.fold(play.facts.organisation, events)


def _recording(play: Play) -> list[Record]:
    return [effect for effect in play.effects if isinstance(effect, Record)]


def look_due(play: Play) -> Play:
    """The yearly look is asked for, at its time."""
    (due,) = play.case.deadlines
    play.at(due.at)
    return play.when("deadline", due.model_dump(mode="json"), by=SYSTEM, channel="timer")
