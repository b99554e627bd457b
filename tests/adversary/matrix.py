"""Everybody, every command, every point of a case's life: the product that the matrix of who may what is tried on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from domain.kernel.cases.case import Case
from domain.kernel.command import SYSTEM, Command
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.facts import Facts
from domain.kernel.payloads import parse_payload
from domain.kernel.process import Process
from domain.kernel.routing.parts import Part
from domain.kernel.standing import Delegation, Delegations
from domain.organisation.model import Organisation, Person, Position, RoleHolding, Unit
from domain.people.hiring.process import HIRING
from domain.people.hiring.roles import Role
from domain.people.hiring.state import HiringState
from domain.processes import PROCESSES
from domain.who_may_what import TABLES
from tests.domain.organisation.authority import cases as authority
from tests.domain.people import company
from tests.domain.people.job_description import cases as jobs

STAND_IN, LEFT, COLLEAGUE, OPERATIONS, OTHER_HR, PRIVILEGED, SECOND = "e20", "e21", "e22", "e23", "e24", "e25", "e26"
IMPOSTOR = " system"
STRANGER = "e99"
_ROLES = {
    LEFT: ("recruiter", "co"), OPERATIONS: ("operations", None), OTHER_HR: ("hr-partner", "shop"),
    PRIVILEGED: ("override", None), SECOND: ("override-review", None),
}  # fmt: skip
_ALL = (STAND_IN, LEFT, COLLEAGUE, OPERATIONS, OTHER_HR, PRIVILEGED, SECOND)


def _company() -> Organisation:
    """The small company, with a shop of its own that has an HR partner, and everybody whom the matrix asks about."""
    known = company.ORGANISATION
    units = {**known.units, "shop": Unit(id="shop", name={"en": "Shop"}, parent="co")}
    places = {who: "shop" if who == OTHER_HR else "co" for who in _ALL}
    posts = {
        f"p-{who}": Position(id=f"p-{who}", title={"en": who}, unit=unit, grade=5, reports_to="p-e1")
        for who, unit in places.items()
    }
    people = {
        who: Person(id=who, position=f"p-{who}", calendar="th", end=date(2026, 11, 10) if who == LEFT else None)
        for who in _ALL
    }
    holding = tuple(RoleHolding(role=role, person=who, unit=unit) for who, (role, unit) in _ROLES.items())
    return known.model_copy(
        update={
            "units": units,
            "positions": {**known.positions, **posts},
            "people": {**known.people, **people},
            "roles": (*known.roles, *holding),
        }
    )


COMPANY = _company()
STANDING_IN = Delegations(
    granted={
        who: Delegation(
            id=f"d-{who}", principal=who, delegate=STAND_IN,
            start=company.NOW - timedelta(days=1), end=company.NOW + timedelta(days=300),
        )
        for who in (company.MANAGER, company.FACILITIES)
    }
)  # fmt: skip
PEOPLE = (*sorted(COMPANY.people), company.ANN, company.BOB, STRANGER, IMPOSTOR, SYSTEM)
"""Everybody who tries; a stranger and an impostor are nobody that anyone knows."""


@dataclass(frozen=True, eq=False)
class Situation:
    """A case at some point of its life, and what its decisions rest on."""

    name: str
    process: Process[Any]
    state: Any
    facts: Facts

    @property
    def case(self) -> Case:
        return self.process.case(self.state)

    def tried(
        self, name: str, payload: Mapping[str, Any], people: Sequence[str] = PEOPLE
    ) -> Iterator[tuple[str, tuple[Event, ...] | Refused]]:
        """What the one function of the process says to each person: no database, no workflow and no door."""
        due = name == "deadline" and self.case.deadlines
        facts = self.facts.model_copy(update={"now": datetime.fromisoformat(payload["at"])}) if due else self.facts
        parsed = parse_payload(self.process, name, dict(payload))
        command = Command(
            case=self.case.id, process=self.process.name, name=name, actor=SYSTEM, payload=dict(payload), at=facts.now
        )
        for actor in people:
            channel = "effect" if actor == SYSTEM else "api"
            sent = command.model_copy(update={"actor": actor, "channel": channel})
            try:
                yield actor, tuple(self.process.decide(self.state, sent, parsed, facts))
            except Refused as refused:
                yield actor, refused


# --- the points of a life --------------------------------------------------------------------------------------------


def _play() -> company.Play:
    play = company.Play()
    play.organisation = COMPANY
    return play


def _opened() -> company.Play:
    return company.opened(_play())


def _raised(**changes: Any) -> company.Play:
    play = _play()
    play.do(company.LEAD, "raise-requisition", **company.requisition(**changes))
    return play


def _after(play: company.Play, actor: str, name: str, **payload: Any) -> company.Play:
    play.do(actor, name, **payload)
    return play


def _task(play: company.Play) -> str:
    return play.tasks("decide")[0]


def _returned() -> company.Play:
    play = _raised()
    play.decide("return", comment="dear", fields=["seats"])
    return play


def _conditional() -> company.Play:
    play = _raised()
    play.decide(conditions=[{"text": "a desk", "owner": company.FACILITIES, "due": "2026-12-01"}])
    return play


def _claimed() -> company.Play:
    play = _raised()
    play.decide()
    return _after(play, company.HR, "claim", task=_task(play))


def _at_hr() -> company.Play:
    play = _raised()
    play.decide()
    return play


def _added() -> company.Play:
    play = _opened()
    return _after(play, company.RECRUITER, "add-candidate", candidate=company.ANN, source="referral")


def _below() -> company.Play:
    """The candidate is below a must-have of the job description."""
    play = _added()
    play.organisation = jobs.registered(COMPANY, jobs.described())
    held = [{"skill": "it-management", "level": 4, "years": 8}]
    return _after(play, company.RECRUITER, "assess-candidate", candidate=company.ANN, held=held)


def _seeing_below() -> company.Play:
    play = _seeing()
    play.organisation = jobs.registered(COMPANY, jobs.described())
    return play


def _seeing() -> company.Play:
    play = _after(_added(), company.RECRUITER, "screen-candidate", candidate=company.ANN, outcome="advance")
    who = {"candidate": company.ANN, "kind": "technical", "interviewer": company.MANAGER}
    return _after(play, company.RECRUITER, "assign-interviewer", **who)


def _seen() -> company.Play:
    """All interviews are over, nobody is ranked yet."""
    play = _after(_seeing(), company.MANAGER, "submit-scorecard", **company.scorecard(company.ANN))
    for kind, interviewer in (("technical", company.ENGINEER), ("team", company.OTHER)):
        who = {"candidate": company.ANN, "kind": kind, "interviewer": interviewer}
        play.do(company.RECRUITER, "assign-interviewer", **who)
        play.do(interviewer, "submit-scorecard", **company.scorecard(company.ANN))
    return play


def _ranked() -> company.Play:
    return company.interviewed(_opened(), company.ANN)


def _offer_returned() -> company.Play:
    play = _after(_ranked(), company.RECRUITER, "submit-offer", candidate=company.ANN, **company.terms())
    play.decide("return", comment="dear", fields=["salary"])
    return play


def _offered() -> company.Play:
    play = _ranked()
    company.offered(play, company.ANN)
    return play


def _extended() -> company.Play:
    play = _ranked()
    company.extended(play, company.ANN)
    return play


def _accepted() -> company.Play:
    play = _ranked()
    company.accepted(play, company.ANN)
    return play


def _handed_over() -> company.Play:
    play = _ranked()
    company.handed_over(play, company.ANN)
    return play


def _frozen() -> company.Play:
    return _after(_extended(), company.HEAD, "freeze", reason="later")


def _asked() -> company.Play:
    play = _raised()
    return _after(play, company.MANAGER, "ask-information", task=_task(play), question="why?")


def _overridden() -> company.Play:
    play = _raised()
    return _after(play, PRIVILEGED, "override", task=_task(play), reason="urgent")


def _held() -> company.Play:
    return _after(_raised(), company.LEAD, "hold", reason="later")


def _stuck() -> company.Play:
    """Nobody is left for the step of money, nor above."""
    play = _raised()
    people = {**COMPANY.people}
    gone = {company.CONTROLLER, company.BOSS}
    play.decide()
    play.organisation = COMPANY.model_copy(
        update={
            "people": {**people, **{who: people[who].model_copy(update={"end": date(2026, 11, 1)}) for who in gone}}
        }
    )
    play.decide()
    assert play.state.case.stuck
    return play


def _left_runs() -> company.Play:
    """Whoever runs this hiring has left since."""
    play = company.opened(_play(), recruiter=LEFT)
    play.now += timedelta(days=30)
    return play


_HIRINGS: Mapping[str, Callable[[], company.Play]] = {
    "not opened": _play,
    "draft": lambda: _raised(draft=True),
    "raised": _raised,
    "at hr": _at_hr,
    "claimed": _claimed,
    "returned": _returned,
    "with a condition": _conditional,
    "asked": _asked,
    "overridden": _overridden,
    "held": _held,
    "stuck": _stuck,
    "approved": _opened,
    "run by who left": _left_runs,
    "with a candidate": _added,
    "interviewing": _seeing,
    "seen": _seen,
    "ranked": _ranked,
    "offer returned": _offer_returned,
    "below a must-have": _below,
    "interviewed below it": _seeing_below,
    "offer approved": _offered,
    "offer out": _extended,
    "offer accepted": _accepted,
    "onboarding": _handed_over,
    "frozen": _frozen,
    "withdrawn": lambda: _after(_raised(), company.LEAD, "withdraw", reason="no more"),
}


def _authority() -> Iterator[tuple[str, authority.Play]]:
    def asked() -> authority.Play:
        play = authority.scene()
        play.given(organisation=COMPANY)
        return play.when("request-limit", authority.wish(), by=company.LEAD)

    opening = authority.scene(authority.own())
    opening.given(organisation=COMPANY.model_copy(update={"limits": opening.facts.organisation.limits}))
    yield "not opened", opening
    yield "asked", asked()
    yield "at finance", authority.decided(asked())
    task = (play := asked()).open("decide").id
    yield "returned", authority.decided(play, "return", comment="dear", fields=["up_to"])
    yield "escalated", _escalated(asked())
    yield "claimed", _escalated(asked()).when("claim", {"task": task}, by=company.MANAGER)
    yield "held", asked().when("hold", {"reason": "later"}, by=company.LEAD)
    yield "question", asked().when("ask-information", {"task": task, "question": "why?"}, by=company.MANAGER)
    yield "overridden", asked().when("override", {"task": task, "reason": "urgent"}, by=PRIVILEGED)
    condition = {"text": "a course", "owner": company.FACILITIES, "due": "2026-12-01"}
    yield "with a condition", authority.decided(asked(), conditions=[condition])
    yield "recording", authority.approved(asked())
    yield "stuck", _stuck_limit()


def _descriptions() -> Iterator[tuple[str, jobs.Play]]:
    def begun(**changes: Any) -> jobs.Play:
        play = jobs.scene()
        play.given(organisation=jobs.registered(COMPANY, jobs.described(jobs.OLDER, 1, positions=("p-e6",))))
        return play.when("draft-description", jobs.wish(**changes), by=company.LEAD)

    opening = jobs.scene()
    opening.given(organisation=jobs.registered(COMPANY, jobs.described(jobs.OLDER, 1, positions=("p-e6",))))
    yield "not opened", opening
    yield "draft", begun(draft=True)
    yield "in review", begun(positions=["p-e6"])
    task = (play := begun()).open("decide").id
    yield "claimed", begun().when("claim", {"task": task}, by=company.MANAGER)
    yield "returned", jobs.decided(play, "return", comment="vague", fields=["purpose"])
    yield "at HR", jobs.decided(begun())
    yield "held", begun().when("hold", {"reason": "later"}, by=company.LEAD)
    yield "question", begun().when("ask-information", {"task": task, "question": "why?"}, by=company.MANAGER)
    yield "overridden", begun().when("override", {"task": task, "reason": "urgent"}, by=PRIVILEGED)
    condition = {"text": "a course", "owner": company.FACILITIES, "due": "2026-12-01"}
    yield "with a condition", jobs.decided(begun(), conditions=[condition])
    yield "grade changed", begun(grade=6)
    yield "approved", jobs.approved(begun())
    yield "in use", jobs.in_use(begun())
    yield "look due", jobs.look_due(jobs.in_use(begun()))
    yield "stuck", _stuck_description()


def _stuck_description() -> jobs.Play:
    """Nobody of the peers, above the requester, or of the fallback is there any more."""
    people = {**COMPANY.people}
    for who in (company.MANAGER, company.HEAD, company.BOSS):
        people[who] = people[who].model_copy(update={"end": date(2026, 11, 1)})
    play = jobs.scene()
    play.given(organisation=jobs.registered(COMPANY.model_copy(update={"people": people})))
    play.when("draft-description", jobs.wish(), by=company.LEAD)
    assert play.case.stuck
    return play


def _escalated(play: authority.Play) -> authority.Play:
    """There are two who may claim the step."""
    while len(play.open("decide").people) < 2:
        due = min(play.case.deadlines, key=lambda deadline: deadline.at)
        payload = {"kind": due.kind, "key": due.key, "at": due.at.isoformat()}
        play.at(due.at).when("deadline", payload, by=SYSTEM, channel="timer")
    return play


def _stuck_limit() -> authority.Play:
    """Nobody is above the requester any more."""
    people = {**COMPANY.people}
    for who in (company.CONTROLLER, company.MANAGER, company.HEAD, company.BOSS):
        people[who] = people[who].model_copy(update={"end": date(2026, 11, 1)})
    play = authority.scene()
    play.given(organisation=COMPANY.model_copy(update={"people": people}))
    play.when("request-limit", authority.wish(), by=company.LEAD)
    assert play.case.stuck
    return play


def _situations() -> Iterator[Situation]:
    for name, make in _HIRINGS.items():
        play = make()
        facts = play.facts_now(tuple(play.ledger)).model_copy(update={"delegations": STANDING_IN})
        yield Situation(name, HIRING, play.state, facts)
    for name, scene in _authority():
        facts = scene.facts.model_copy(update={"delegations": STANDING_IN})
        yield Situation(name, PROCESSES["authority"], scene.state, facts)
    for name, version in _descriptions():
        facts = version.facts.model_copy(update={"delegations": STANDING_IN})
        yield Situation(name, PROCESSES["job_description"], version.state, facts)


@cache
def situations(process: str) -> tuple[Situation, ...]:
    return tuple(found for found in _situations() if found.process.name == process)


# --- what they send --------------------------------------------------------------------------------------------------

_OF_TASK: Mapping[str, Mapping[str, Any]] = {
    "decide": {"outcome": "approve"},
    "claim": {},
    "release": {"reason": "because"},
    "reassign": {"to": COLLEAGUE, "reason": "because"},
    "add-approver": {"person": COLLEAGUE, "reason": "because"},
    "ask-information": {"question": "why?"},
    "give-information": {"text": "so"},
    "meet-condition": {"note": "done"},
    "waive-condition": {"reason": "because"},
    "override": {"reason": "because"},
    "review-override": {"finding": "justified", "comment": "well"},
    "complete-task": {},
    "assess-budget-impact": {"per_year": "240000 THB", "budget_line": "it-people", "covered": True},
}
_SEALED = company.sealed(company.ANN)
_OF_CASE: Mapping[str, Mapping[str, Any]] = {
    "raise-requisition": company.requisition(),
    "submit-requisition": {},
    "amend-requisition": {"business_case": "Three calls in ten."},
    "resubmit-requisition": {},
    "add-candidate": {"candidate": company.BOB, "source": "referral"},
    "declare-relationship": {"candidate": company.ANN, "person": company.OTHER},
    "assess-candidate": {"candidate": company.ANN, "held": [{"skill": "it-management", "level": 4, "years": 9}]},
    "waive-requirement": {"candidate": company.ANN, "skills": ["it-management"], "reason": _SEALED},
    "screen-candidate": {"candidate": company.ANN, "outcome": "advance"},
    "assign-interviewer": {"candidate": company.ANN, "kind": "team", "interviewer": company.OTHER},
    "submit-scorecard": {"candidate": company.ANN, "scores": {"skill": 4}, "recommendation": "yes", "notes": _SEALED},
    "rank-candidates": {"ranking": [company.ANN]},
    "submit-offer": {"candidate": company.ANN, **company.terms()},
    "resubmit-offer": {"offer": "offer-1"},
    "extend-offer": {"offer": "offer-1"},
    "answer-offer": {"offer": "offer-1", "answer": "accept"},
    "rescind-offer": {"candidate": company.ANN, "reason": _SEALED},
    "record-check": {"candidate": company.ANN, "check": "references", "result": "passed"},
    "decide-probation": {"candidate": company.ANN, "outcome": "confirm"},
    "freeze": {"reason": "because"},
    "unfreeze": {"reason": "because"},
    "decide-frozen-offer": {"offer": "offer-1", "choice": "keep"},
    "cancel-requisition": {"reason": "because", "withdraw_offers": True},
    "note-candidate-wanted": {"candidate": company.ANN, "case": "hiring-2"},
    "request-limit": authority.wish(),
    "revoke-limit": {"person": company.LEAD, "category": "hiring", "currency": "THB", "unit": "it", "reason": "x"},
    "amend-limit": {"up_to": "900000 THB"},
    "resubmit-limit": {},
    "note-recorded": {"position": 7},
    "draft-description": jobs.wish(),
    "revise-description": {"description": jobs.OLDER, "purpose": "Helps"},
    "submit-description": {},
    "amend-description": {"purpose": "Helps"},
    "resubmit-description": {},
    "confirm-description": {},
    "retire-description": {"reason": "because"},
    "note-superseded": {"case": "jd-2", "version": 2},
    "attach": {"name": "a.csv", "size": 3, "media_type": "text/csv", "sha256": "0a" * 32},
    "comment": {"text": "a word"},
    "withdraw": {"reason": "because"},
    "hold": {"reason": "because"},
    "resume": {"reason": "because"},
    "hand-over": {"to": COLLEAGUE, "reason": "because"},
    "retry": {},
}


def payloads(found: Situation, name: str) -> list[dict[str, Any]]:
    """What makes sense to send: about each open task, or each deadline, or the one candidate and offer there is."""
    if name in _OF_TASK:
        return [{"task": task, **_OF_TASK[name]} for task in found.case.tasks or ("no-such-task",)]
    if name == "deadline":
        dues = [{"kind": d.kind, "key": d.key, "at": d.at.isoformat()} for d in found.case.deadlines]
        return dues or [{"kind": "task", "key": "none", "at": found.facts.now.isoformat()}]
    return [dict(_OF_CASE[name])]


# --- who they are ----------------------------------------------------------------------------------------------------


@cache
def held(found: Situation, actor: str, about: str | None) -> frozenset[str]:
    """The columns of the table that `actor` has here, told from the case and the organisation, not by the rules.

    `about` is the task that the command names, if it names one.
    """
    if actor == SYSTEM:
        return frozenset({Role.SYSTEM})
    organisation, case, day = found.facts.organisation, found.case, found.facts.now.date()
    known = organisation.people.get(actor)
    if known is not None and not known.holds_on(day):
        return frozenset({Role.CANDIDATE}) & _of_hiring(found, actor)
    voices = {actor, *(one.principal for one in found.facts.delegations.given_to(actor))}
    asked = [task for task in case.tasks.values() if voices & set(task.people)]
    decisions = [decision for review in case.reviews.values() for decision in review.decisions]
    task = case.tasks.get(about or "")
    operations = actor in organisation.holders("operations", case.unit, day)
    over = _over(organisation, actor, (case.responsible,), day)
    columns: dict[StrEnum, bool] = {
        Role.EMPLOYEE: known is not None,
        Role.REQUESTER: actor == case.responsible,
        Part.SUBJECT: actor in case.subjects,
        Role.HEAD: actor in organisation.holders("department-head", case.unit, day),
        Role.ASKED: bool(asked),
        Role.ASSIGNEE: task in asked if about else bool(asked),
        Role.DECIDER: any(actor in (each.actor, each.on_behalf_of) for each in decisions),
        Role.OVERSEER: operations or over,
        Part.OPERATIONS: operations,
        Role.MANAGER: operations or (task is not None and _over(organisation, actor, task.people, day)),
        Role.PRIVILEGED: actor in organisation.holders("override", case.unit, day),
    }
    return frozenset(column for column, has in columns.items() if has) | _of_hiring(found, actor)


def _waives(found: Situation, actor: str) -> bool:
    """The head of the department, for in all these hirings somebody else hires (HIR-05)."""
    return actor in found.facts.organisation.holders("department-head", found.case.unit, found.facts.now.date())


def _over(organisation: Organisation, actor: str, people: Any, day: date) -> bool:
    return any(actor in organisation.line_above(who, day) for who in people if who in organisation.people)


def _of_hiring(found: Situation, actor: str) -> frozenset[str]:
    state = found.state
    if not isinstance(state, HiringState) or state.team is None:
        return frozenset()
    has = {
        Role.HIRING_MANAGER: actor == state.hiring_manager,
        Role.HR: actor in state.team.hr_partners,
        Role.RECRUITER: actor in state.team.runners,
        Role.WAIVER: _waives(found, actor),
        Role.INTERVIEWER: any(actor == interview.interviewer for interview in state.interviews),
        Role.CANDIDATE: any(actor in candidate.ids for candidate in state.candidates.values()),
    }
    return frozenset(role for role, holds in has.items() if holds)


# --- the product -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attempt:
    """One person sends one command in one situation. `may` is what the table says, `answer` what the rules do."""

    found: Situation
    actor: str
    name: str
    columns: frozenset[str]
    may: bool
    answer: tuple[Event, ...] | Refused

    def __str__(self) -> str:
        said = self.answer.code if isinstance(self.answer, Refused) else "accepted"
        return f"{self.found.process.name}/{self.found.name}: {self.name} by {self.actor!r} ({said})"


@cache
def attempts(process: str) -> tuple[Attempt, ...]:
    """The complete product of people, commands, situations and what makes sense to send there."""
    return tuple(_attempts(process))


def _attempts(process: str) -> Iterator[Attempt]:
    for found in situations(process):
        for name in PROCESSES[process].commands:
            for payload in payloads(found, name):
                for actor, answer in found.tried(name, payload):
                    columns = held(found, actor, payload.get("task"))
                    yield Attempt(found, actor, name, columns, bool(columns & set(TABLES[process][name])), answer)
