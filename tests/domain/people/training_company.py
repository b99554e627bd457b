"""A team, its courses and certificates for the tests of training: small, and no database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.facts import Facts
from domain.kernel.ledger import Balance, LinePeriod
from domain.kernel.policy import Approver, Ladder, Policy, ProcessPolicy, Route, Step
from domain.organisation.jobs import Description, JobVersion, Requirement, Skill, Title
from domain.organisation.model import BudgetLine, Organisation, RoleHolding
from domain.organisation.training import (
    CertificateRule,
    Course,
    CourseRun,
    CourseSession,
    HeldCertificate,
    HeldSkill,
)
from domain.people.training.need import TRAINING_NEED
from domain.people.training.state import NeedState
from tests.domain.people.company import ENGINEER, HR, HR2, LEAD, MANAGER, NOW, ORGANISATION, OTHER, baht
from tests.support.given import Scenario

TODAY = NOW.astimezone(UTC).date()
PERSON, BOSS, OWNER, COORDINATOR = ENGINEER, LEAD, MANAGER, HR2
RUN, FULL, SAME_DAY = "run-1", "run-2", "run-3"
CERTIFICATE, DEGREE = "budget-management", "finance-degree"


def session(name: str, day: date, place: str = "Bangkok") -> CourseSession:
    return CourseSession(session=name, day=day, place=place)


def run(id_: str, first: date, second: date, seats: int = 2) -> CourseRun:
    return CourseRun(id=id_, seats=seats, sessions=(session("one", first), session("two", second)))


COURSE = Course(
    id="kubernetes-admin", name={"en": "Kubernetes"}, provider="Academy", price=baht(40_000), skill="kubernetes",
    level=3, requires=(Requirement(skill="linux", level=2),), sessions=("one", "two"),
    runs=(
        run(RUN, date(2026, 12, 1), date(2026, 12, 2)),
        run(FULL, date(2026, 12, 8), date(2026, 12, 9), seats=1),
    ),
)  # fmt: skip
OTHER_COURSE = COURSE.model_copy(
    update={"id": "linux-basics", "skill": "linux", "requires": (),
            "runs": (run(SAME_DAY, date(2026, 12, 2), date(2026, 12, 3)),)}
)  # fmt: skip
PAPER = Course(
    id="budget-basics", name={"en": "Budgets"}, provider="Finance", price=baht(0), certificate=CERTIFICATE,
    sessions=("one",), lead_days=100,
    runs=(CourseRun(id="paper-1", seats=5, sessions=(session("one", date(2026, 12, 1)),)),),
)  # fmt: skip
RULE = CertificateRule(
    id=CERTIFICATE, version=1, name={"en": "Budgets"}, start=date(2026, 1, 1), months=12, roles=("budget-owner",),
    mandatory=True, instead=(DEGREE,), lead_days=60, completion_days=90,
)  # fmt: skip
DESCRIPTION = JobVersion(
    id="jd", version=1, review_by=date(2027, 1, 1),
    description=Description(
        title=Title(en="Engineer"), purpose="x", accountabilities=("x",), grade=5, unit="it",
        positions=(f"p-{PERSON}",),
        skills=(Requirement(skill="kubernetes", level=3), Requirement(skill="linux", level=2)),
    ),
)  # fmt: skip


def level(skill: str, number: int, *, person: str = PERSON, basis: str = "endorsed", day: date = TODAY) -> HeldSkill:
    return HeldSkill.model_validate(
        {"person": person, "skill": skill, "level": number, "basis": basis, "by": BOSS, "day": day}
    )


def held(given: date, ends: date | None, *, person: str = PERSON, version: int = 1) -> HeldCertificate:
    return HeldCertificate(person=person, certificate=CERTIFICATE, version=version, given=given, ends=ends)


def team(**more: Any) -> Organisation:
    known: dict[str, Any] = {
        "roles": (*ORGANISATION.roles, RoleHolding(role="training-coordinator", person=COORDINATOR, unit="co")),
        "skills": {name: Skill(id=name, name={"en": name}) for name in ("kubernetes", "linux", "python")},
        "descriptions": {"jd": (DESCRIPTION,)},
        "described": {f"p-{PERSON}": "jd"},
        "courses": {one.id: one for one in (COURSE, OTHER_COURSE, PAPER)},
        "certificate_rules": {CERTIFICATE: (RULE,)},
        "skills_held": {PERSON: (level("linux", 2), level("kubernetes", 1))},
        "budget_lines": {"training": BudgetLine(id="training", name={}, unit="it", owner=OWNER, currency="THB")},
    }
    return ORGANISATION.model_copy(update={**known, **more})


def policy() -> Policy:
    route = Route(steps=(Step(name="line", title="Line", who=Approver(manager_of="beneficiary")),))
    of_requester = Route(steps=(Step(name="line", title="Line", who=Approver(manager_of="requester")),))
    routes = {"training": {"approval": route}, "training_programme": {"approval": of_requester}, "certificate": {}}
    processes = {name: ProcessPolicy(routes=known) for name, known in routes.items()}
    return Policy(version=1, name="p", processes=processes, ladders={"standard": Ladder(rungs=())})


def budget(amount: int) -> dict[LinePeriod, Balance]:
    key = LinePeriod("training", "2026")
    value = Decimal(amount)
    return {key: Balance(line=key.line, period=key.period, currency="THB", planned=True, plan=value, available=value)}


def facts(now: datetime = NOW, *, money: int = 100_000, **more: Any) -> Facts:
    return Facts(now=now, organisation=team(**more), policy=policy(), balances=budget(money))


def wish(**more: Any) -> dict[str, Any]:
    return {
        "person": PERSON, "skill": "kubernetes", "level": 3, "course": COURSE.id, "cost": "40000 THB",
        "line": "training", "period": "2026", "by": "2026-12-31", "reason": "The platform moves", **more,
    }  # fmt: skip


def approved(case: str = "case-1", known: Facts | None = None, **more: Any) -> Scenario[NeedState]:
    play = Scenario(TRAINING_NEED, known or facts(), case).when("identify-need", wish(**more), by=PERSON)
    return play.when("decide", {"task": play.open("decide").id, "outcome": "approve"}, by=BOSS)


def booked(case: str = "case-1", run: str = RUN, known: Facts | None = None) -> Scenario[NeedState]:
    play = approved(case, known)
    return play.when("book-course", {"task": play.open("book").id, "run": run}, by=COORDINATOR)


def came(play: Scenario[NeedState], name: str, *, present: bool = True, run: str | None = None) -> Scenario[NeedState]:
    said = {"task": play.open("attendance").id, "session": name, "present": present, "run": run}
    return play.when("record-attendance", said, by=COORDINATOR)


def claims_of(*plays: Scenario[NeedState]) -> tuple[HeldClaim, ...]:
    """What these cases claim now, as the log of their events has it."""
    found: list[HeldClaim] = []
    for play in plays:
        state = play.process.initial(play.case.id)
        for event in play.history:
            for claim in play.process.claims(state, event):
                if isinstance(claim, Claim):
                    found.append(HeldClaim(claim=claim, stream=play.case.id, since=play.now))
                else:
                    gone = (claim.kind, claim.key, claim.item, play.case.id)
                    found = [one for one in found if _key(one) != gone]
            state = play.process.evolve(state, event)
    return tuple(found)


def _key(one: HeldClaim) -> tuple[str, str, str, str]:
    return one.claim.kind, one.claim.key, one.claim.item, one.stream


__all__ = ["BOSS", "COORDINATOR", "HR", "OTHER", "OWNER", "PERSON", "TODAY"]
