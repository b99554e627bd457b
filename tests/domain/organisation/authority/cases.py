"""Changes of authority in the small company of the tests of hiring."""

from datetime import date
from typing import Any

from domain.kernel.facts import Facts
from domain.kernel.policy import Approver, Condition, Policy, ProcessPolicy, Route, Step
from domain.organisation import record
from domain.organisation.authority.process import AUTHORITY, AuthorityState
from domain.organisation.model import Limit, Organisation
from tests.domain.people.company import BOSS, LEAD, MANAGER, NOW, ORGANISATION, POLICY, SYSTEM, baht
from tests.support.given import Scenario

Play = Scenario[AuthorityState]

LINE = Step(name="line", title="Line", who=Approver(manager_of="beneficiary"))
FINANCE = Step(name="finance", title="Finance", who=Approver(role="finance-controller"))
BOARD = Step(
    name="board", title="Board", who=Approver(person=BOSS), when=(Condition(field="up_to", over="3000000 THB"),)
)
FALLBACK = Approver(person=BOSS)
ROUTES = {
    "grant": Route(steps=(LINE, FINANCE, BOARD), fallback=FALLBACK),
    "revoke": Route(steps=(LINE, FINANCE), fallback=FALLBACK),
}
WITH_AUTHORITY: Policy = POLICY.model_copy(
    update={"processes": {**POLICY.processes, "authority": ProcessPolicy(routes=ROUTES)}}
)
TODAY = date(2026, 11, 2)


def own(up_to: int = 500_000, *, unit: str | None = "it", start: date | None = None, end: date | None = None) -> Limit:
    """A limit of the lead's own."""
    return Limit(category="hiring", person=LEAD, up_to=baht(up_to), unit=unit, start=start, end=end)


def holding(*limits: Limit) -> Organisation:
    return ORGANISATION.model_copy(update={"limits": (*ORGANISATION.limits, *limits)})


def scene(*limits: Limit, case: str = "authority-1") -> Play:
    """A case that is not open yet, in a company where these limits hold besides."""
    return Scenario(AUTHORITY, Facts(now=NOW, organisation=holding(*limits), policy=WITH_AUTHORITY), case)


def wish(**changes: Any) -> dict[str, Any]:
    """A limit for the lead, up to a million baht, as an edge would send it."""
    return {
        "person": LEAD,
        "category": "hiring",
        "up_to": "1000000 THB",
        "unit": "it",
        "reason": "More teams",
    } | changes


def asked(*limits: Limit, **changes: Any) -> Play:
    return scene(*limits).when("request-limit", wish(**changes), by=LEAD)


def revoking(*limits: Limit, **changes: Any) -> Play:
    payload = {"person": LEAD, "category": "hiring", "currency": "THB", "unit": "it", "reason": "Left the team"}
    return scene(*limits).when("revoke-limit", payload | changes, by=MANAGER)


def decided(play: Play, outcome: str = "approve", **more: Any) -> Play:
    """The open step is decided by the first who was asked."""
    task = play.open("decide")
    return play.when("decide", {"task": task.id, "outcome": outcome, **more}, by=task.assignees[0])


def approved(play: Play) -> Play:
    while any(task.kind == "decide" for task in play.case.tasks.values()):
        decided(play)
    return play


def recorded(play: Play) -> Play:
    """The delivery's word came."""
    return play.when("note-recorded", {"position": 7}, by=SYSTEM, channel="effect")


def after(play: Play) -> Organisation:
    """The organisation once it holds what the last command has recorded there."""
    (effect,) = [effect for effect in play.effects if effect.kind == "record"]
    events = [record.REGISTRY.lift(entry.type, entry.schema_version, entry.payload) for entry in effect.events]
    return record.fold(play.facts.organisation, events)
