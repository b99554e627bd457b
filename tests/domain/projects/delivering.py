"""A project of the example company at given points: chartered, delegated, planned, its first baseline approved."""

from datetime import date, timedelta
from typing import Any

from domain.kernel.command import SYSTEM
from domain.kernel.effects import Claim, HeldClaim
from domain.kernel.ledger import Balance, LinePeriod
from domain.projects.delivery.definition import PROJECT
from domain.projects.delivery.state import ProjectState
from tests.conformance import company
from tests.support.given import Scenario

HEAD, SPONSOR, OWNER, MANAGER, NEXT, OFFICE = "e1003", "e1045", "e1046", "e1010", "e1011", "e1002"
TODAY = company.NOW.date()
LINE = LinePeriod("it-licences", "2027")


def balance(available: str = "3000000") -> dict[LinePeriod, Balance]:
    known = {"line": LINE.line, "period": LINE.period, "currency": "THB", "planned": True}
    return {LINE: Balance.model_validate({**known, "plan": available, "available": available})}


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).isoformat()


def requirement(id_: str) -> dict[str, Any]:
    return {"id": id_, "text": f"Requirement {id_}", "owner": OWNER, "criterion": "It works"}


def benefit(**more: Any) -> dict[str, Any]:
    known = {"id": "b1", "text": "Fewer wrong orders", "owner": OWNER, "baseline": "40", "target": "10"}
    return {**known, "measure": "wrong orders in a month", "due": day(200), **more}


def charter(**more: Any) -> dict[str, Any]:
    return {
        "title": "Orders without paper", "unit": "it-applications", "sponsor": SPONSOR, "business_owner": OWNER,
        "manager": MANAGER, "line": LINE.line, "periods": {LINE.period: "1000000 THB"},
        "milestones": [{"id": "live", "title": "In use", "due": day(100)}],
        "requirements": [requirement("r1"), requirement("r2")], "benefits": [benefit()], **more,
    }  # fmt: skip


def letter(money: str = "50000 THB", days: int = 10, scope: int = 1) -> dict[str, Any]:
    return {"money": money, "days": days, "scope": scope, "text": "Within this you decide alone."}


def activity(id_: str, first: int | None, last: int | None, **more: Any) -> dict[str, Any]:
    dates = {} if first is None or last is None else {"starts": day(first), "ends": day(last)}
    return {"id": id_, "title": id_, **dates, **more}


PLAN = [
    activity("build", 1, 40, cost="600000 THB"),
    activity("train", 41, 60, after=["build"], cost="200000 THB"),
    activity("live", 100, 100, after=["train"], milestone=True),
]


def chartered(**more: Any) -> Scenario[ProjectState]:
    facts = company.facts().model_copy(update={"balances": balance()})
    project = Scenario(PROJECT, facts, case="project-1")
    return project.when("charter-project", charter(**more), by=HEAD)


def delegated(**more: Any) -> Scenario[ProjectState]:
    return chartered(**more).when("delegate-project", letter(), by=HEAD)


def baselined(plan: list[dict[str, Any]] | None = None, **more: Any) -> Scenario[ProjectState]:
    project = delegated(**more).when("set-plan", {"activities": PLAN if plan is None else plan}, by=MANAGER)
    return approve(project.when("request-change", {"reason": "The first plan", "impact": "none"}, by=MANAGER))


def approve(project: Scenario[ProjectState]) -> Scenario[ProjectState]:
    """Every decision that is asked for says yes."""
    while decisions := [task for task in project.case.tasks.values() if task.kind == "decide"]:
        project.when("decide", {"task": decisions[0].id, "outcome": "approve"}, by=decisions[0].people[0])
    return project


def decided(project: Scenario[ProjectState], outcome: str, **more: Any) -> Scenario[ProjectState]:
    task = project.open("decide")
    return project.when(
        "decide", {"task": task.id, "outcome": outcome, "comment": "Because", **more}, by=task.people[0]
    )


def status(declared: str = "green", **more: Any) -> dict[str, Any]:
    return {"declared": declared, "summary": "As it is", "estimate": "1000000 THB", **more}


def moved(id_: str, first: int, last: int) -> dict[str, Any]:
    return {"activity": id_, "starts": day(first), "ends": day(last), "reason": "The harvest"}


def worked(project: Scenario[ProjectState], *ids: str) -> Scenario[ProjectState]:
    for id_ in ids:
        project.when("report-work", {"activity": id_, "percent": 100}, by=MANAGER)
    return project


def ordered(project: Scenario[ProjectState], amount: str = "300000 THB", **more: Any) -> Scenario[ProjectState]:
    order = {"text": "Tablets", "period": LINE.period, "amount": amount, **more}
    return project.when("commit-money", order, by=MANAGER)


def passing(project: Scenario[ProjectState], kind: str) -> Scenario[ProjectState]:
    """Time passes until the next deadline of this kind, which then acts."""
    due = min((each for each in project.case.deadlines if each.kind == kind), key=lambda each: each.at)
    project.at(max(due.at, project.now))
    return project.when("deadline", {"kind": due.kind, "key": due.key, "at": due.at.isoformat()}, by=SYSTEM)


def held(kind: str, stream: str, key: str = "project-1") -> HeldClaim:
    return HeldClaim(claim=Claim(kind=kind, key=key), stream=stream, since=company.NOW)


def planned_days(project: Scenario[ProjectState], id_: str) -> tuple[date | None, date | None]:
    one = project.state.works[id_].activity
    return one.starts, one.ends
