"""A seat is asked for, filled, frozen, offered again, taken back, or left: candidates come, are chosen and begin."""

from datetime import timedelta
from typing import Any

from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.facts import Facts
from domain.organisation.jobs import Requirement
from tests.conformance.company import NOW
from tests.conformance.example import Due, Example, Play, Sent, Story, Told, Wait, approvals

MANAGER, LINE, HEAD, OTHER = "e1005", "e1003", "e1003", "e1024"
PANEL = (("technical", "e1010"), ("technical", "e1024"), ("culture", "e1011"))
FIRST, SECOND = "c-1", "c-2"


def requisition(**more: Any) -> dict[str, Any]:
    return {
        "position": "web-developer-2", "seats": 1, "grade": 5, "salary_band": {"min": "60000 THB", "max": "85000 THB"},
        "location": "Bangkok", "unit": "it-web", "business_case": "Two releases slipped last quarter.",
        "job_description": {"id": "jd-web-developer", "version": "3"}, "budget_line": "it-people",
        "interview_plan": [{"kind": "technical", "interviewers": 2}, {"kind": "culture", "interviewers": 1}],
        "hiring_manager": MANAGER, **more,
    }  # fmt: skip


def recruiter(play: Play) -> str:
    return str(play.state.the_team.recruiters[0])


def hr(play: Play) -> str:
    return str(play.state.the_team.hr_partners[0])


def opened(play: Play, **more: Any) -> Story:
    yield Sent("raise-requisition", requisition(**more), by=MANAGER)
    yield from approvals(play)


def add(play: Play, candidate: Any, **more: Any) -> Sent:
    return Sent("add-candidate", {"candidate": candidate, "source": "referral", **more}, by=recruiter(play))


def ranked(play: Play, *candidates: str) -> Story:
    for candidate in candidates:
        yield Sent("screen-candidate", {"candidate": candidate, "outcome": "advance"}, by=recruiter(play))
        for kind, person in PANEL:
            asked = {"candidate": candidate, "kind": kind, "interviewer": person}
            yield Sent("assign-interviewer", asked, by=recruiter(play))
            card = {"scores": {"skill": 4}, "recommendation": "yes", "notes": "Clear answers"}
            yield Sent("submit-scorecard", {"candidate": candidate, "kind": kind, **card}, by=person)
    yield Sent("rank-candidates", {"ranking": list(candidates)}, by=MANAGER)


def offer(play: Play, candidate: str, **more: Any) -> Story:
    start = (play.today + timedelta(days=40)).isoformat()
    terms = {"salary": "82000 THB", "start_date": start, "grade": 5, "location": "Bangkok", **more}
    yield Sent("submit-offer", {"candidate": candidate, **terms}, by=recruiter(play))


def extend(play: Play) -> Sent:
    return Sent("extend-offer", {"offer": list(play.state.offers)[-1]}, by=recruiter(play))


def answer(play: Play, chosen: str) -> Sent:
    last = list(play.state.offers.values())[-1]
    return Sent("answer-offer", {"offer": last.id, "answer": chosen}, by=last.candidate)


def check(play: Play, candidate: str, name: str, result: str = "passed") -> Sent:
    return Sent("record-check", {"candidate": candidate, "check": name, "result": result}, by=recruiter(play))


def accepted(play: Play, candidate: str) -> Story:
    yield from offer(play, candidate)
    yield from approvals(play)
    yield extend(play)
    yield answer(play, "accept")


def filled(play: Play) -> Story:
    yield Sent("raise-requisition", requisition(draft=True), by=MANAGER)
    yield Sent("submit-requisition", by=MANAGER)
    yield from approvals(play, "return", comment="Too high", fields=["salary_band"])
    yield Sent("resubmit-requisition", {"salary_band": {"min": "55000 THB", "max": "84000 THB"}}, by=MANAGER)
    yield from approvals(play)
    yield add(play, {"name": "Ploy Rattanakul", "email": "ploy@mail.example"})
    candidate = next(iter(play.state.candidates))
    yield from ranked(play, candidate)
    yield from accepted(play, candidate)
    for name in ("references", "education", "criminal-record"):
        yield check(play, candidate, name)
    while work := [task for task in play.case.tasks.values() if task.command == "complete-task"]:
        yield Sent("complete-task", {"task": work[0].id}, by=work[0].people[0])
    yield Sent("decide-probation", {"candidate": candidate, "outcome": "confirm"}, by=MANAGER)


def frozen(play: Play) -> Story:
    yield from opened(play)
    yield add(play, FIRST)
    yield add(play, SECOND)
    yield Told("note-candidate-wanted", {"candidate": SECOND, "case": "hiring-9"})
    yield from ranked(play, FIRST, SECOND)
    yield from offer(play, FIRST, salary="90000 THB")
    yield from approvals(play, "return", comment="Inside the band", fields=["salary"])
    yield Sent("resubmit-offer", {"offer": "offer-1", "salary": "80000 THB"}, by=recruiter(play))
    yield from approvals(play)
    yield extend(play)
    yield Sent("freeze", {"reason": "The quarter is weak"}, by=hr(play))
    yield Sent("decide-frozen-offer", {"offer": "offer-1", "choice": "keep"}, by=MANAGER)
    yield Sent("unfreeze", {"reason": "It is better"}, by=hr(play))
    yield answer(play, "decline")
    yield from offer(play, SECOND, salary="80000 THB", start_date=play.state.offers["offer-1"].terms.start_date)
    yield from approvals(play)
    yield extend(play)
    yield Due("offer-validity")
    yield Sent("cancel-requisition", {"reason": "Nobody is left", "withdraw_offers": True}, by=MANAGER)


def taken_back(play: Play) -> Story:
    yield from opened(play)
    year = play.today.year
    turn = {"line": "it-people", "period": str(year), "target": str(year + 1), "decision": "carry"}
    yield Told("move-commitment", turn)
    yield add(play, FIRST)
    assessed = {"candidate": FIRST, "held": [{"skill": "sql", "level": 2}]}
    yield Sent("assess-candidate", assessed, by=recruiter(play))
    waiver = {"candidate": FIRST, "skills": ["sql"], "reason": "They learn it in the first month"}
    yield Sent("waive-requirement", waiver, by=HEAD)
    yield Sent("declare-relationship", {"candidate": FIRST, "person": "e1012"}, by=recruiter(play))
    yield from ranked(play, FIRST)
    yield from accepted(play, FIRST)
    yield check(play, FIRST, "references", "failed")
    yield Sent("rescind-offer", {"candidate": FIRST, "reason": "The references failed"}, by=recruiter(play))
    yield from approvals(play, "reject", comment="Look again")
    yield Sent("amend-requisition", {"grade": 6}, by=MANAGER)
    yield from approvals(play, "reject", comment="Not for more")
    yield Sent("amend-requisition", {"grade": 5}, by=MANAGER)
    yield from approvals(play)
    yield Sent("rescind-offer", {"candidate": FIRST, "reason": "The references failed"}, by=recruiter(play))
    yield from approvals(play)
    yield add(play, SECOND)
    rejected = {"candidate": SECOND, "outcome": "reject", "reason": "No experience"}
    yield Sent("screen-candidate", rejected, by=recruiter(play))


def left(play: Play) -> Story:
    """An internal candidate steps back; another one does not pass probation."""
    yield from opened(play)
    yield add(play, FIRST, internal="e1012")
    yield from ranked(play, FIRST)
    yield from offer(play, FIRST)
    yield from approvals(play)
    yield extend(play)
    task = play.task("backfill")
    told = {"task": task.id, "needed": True, "reason": "The work stays"}
    yield Sent("answer-backfill", told, by=task.people[0])
    yield Sent("step-back", {"candidate": FIRST, "told_by": "phone", "reason": "They stay"}, by=recruiter(play))
    yield add(play, SECOND)
    yield from ranked(play, SECOND)
    yield from accepted(play, SECOND)
    for name in ("references", "education", "criminal-record"):
        yield check(play, SECOND, name)
    yield Wait(timedelta(days=100))
    ended = {"candidate": SECOND, "outcome": "end", "reason": "The work does not suit them"}
    yield Sent("decide-probation", ended, by=MANAGER)


def asks_for_sql(facts: Facts) -> Facts:
    """The description asks for a skill, and the money of the seats is held."""
    organisation, hiring = facts.organisation, facts.policy.processes["hiring"]
    (job,) = organisation.descriptions["jd-web-developer"]
    asked = job.description.model_copy(update={"skills": (Requirement(skill="sql", level=3),)})
    descriptions = {**organisation.descriptions, job.id: (job.model_copy(update={"description": asked}),)}
    holding = hiring.model_copy(update={"parameters": {**hiring.parameters, "money": "warn"}})
    processes = {**facts.policy.processes, "hiring": holding}
    return facts.model_copy(
        update={
            "organisation": organisation.model_copy(update={"descriptions": descriptions}),
            "policy": facts.policy.model_copy(update={"processes": processes}),
        }
    )


WANTED = HeldClaim(stream="hiring-9", claim=Claim(kind="candidate", key=SECOND), since=NOW)
EXAMPLE = Example(
    process="hiring",
    stories={"filled": filled, "frozen": frozen, "taken back": taken_back, "left": left},
    real=("filled",),
    idle=frozenset(
        {"draft", "sourcing", "screening", "interviews", "selection", "offer", "frozen", "amendment_refused"}
    ),
    claims={"frozen": (WANTED,)},
    given={"taken back": asks_for_sql},
)
