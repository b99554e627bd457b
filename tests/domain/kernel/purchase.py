"""A small company and a small process over the kernel, for its tests: somebody wants to buy something.

The company, by reporting line:

    e1 chief                   company
    ├── e2 head of IT          it
    │   └── e3 team lead       dev
    │       ├── e4 engineer    dev
    │       └── e5 engineer    dev
    ├── e6 head of HR          hr
    │   └── e7 HR partner      hr
    └── e8 head of finance     money, owner of the budget line b1
        └── e9 controller      money
    e20 auditor                company, reports to nobody
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from domain.kernel import handle
from domain.kernel.cases.case import Case
from domain.kernel.cases.case_events import KERNEL_EVENTS
from domain.kernel.command import Command
from domain.kernel.commands import KERNEL_COMMANDS
from domain.kernel.deciding import approval
from domain.kernel.deciding.approval import Content
from domain.kernel.decision_context import DecisionContext
from domain.kernel.effects import Effect
from domain.kernel.events import Event, Registry
from domain.kernel.facts import Facts
from domain.kernel.policy import (
    Approver,
    Authority,
    Condition,
    Ladder,
    Policy,
    ProcessPolicy,
    Route,
    Rung,
    Splitting,
    Step,
)
from domain.kernel.process import Process
from domain.kernel.routing.case_roles import KERNEL_ROLES, require_case_role
from domain.kernel.value import Value
from domain.kernel.values.calendar import Calendar, Hours
from domain.kernel.values.money import Money
from domain.organisation.model import BudgetLine, Limit, Organisation, Person, Position, RoleHolding, Unit
from tests.support.given import Scenario

MONDAY = datetime(2026, 4, 6, 3, 0, tzinfo=UTC)
"""10:00 in Bangkok, a Monday; the week after has Songkran (13 to 15 April)."""

DAY = (Hours(start=time(9), end=time(12)), Hours(start=time(13), end=time(18)))
BANGKOK = Calendar(
    id="bkk",
    country="TH",
    zone="Asia/Bangkok",
    week=(DAY, DAY, DAY, DAY, DAY, (), ()),
    holidays={date(2026, 4, day): "Songkran" for day in (13, 14, 15)},
)

_LINE = {
    "e1": ("company", None),
    "e2": ("it", "e1"),
    "e3": ("dev", "e2"),
    "e4": ("dev", "e3"),
    "e5": ("dev", "e3"),
    "e6": ("hr", "e1"),
    "e7": ("hr", "e6"),
    "e8": ("money", "e1"),
    "e9": ("money", "e8"),
    "e20": ("company", None),
}


def thb(amount: int) -> Money:
    return Money.model_validate(f"{amount} THB")


def company(**changes: Any) -> Organisation:
    """The company of the module's picture. `changes` replace fields of the organisation."""
    parents = {"company": None, "it": "company", "dev": "it", "hr": "company", "money": "company"}
    fields: dict[str, Any] = {
        "units": {unit: Unit(id=unit, name={"en": unit}, parent=parent) for unit, parent in parents.items()},
        "positions": {f"p-{who}": _position(who) for who in _LINE},
        "people": {who: Person(id=who, position=f"p-{who}", calendar="bkk") for who in _LINE},
        "roles": (
            RoleHolding(role="head", person="e2", unit="it"),
            RoleHolding(role="head", person="e3", unit="dev"),
            RoleHolding(role="hr-partner", person="e7", unit="company"),
            RoleHolding(role="controller", person="e9", unit="company"),
            RoleHolding(role="operations", person="e20"),
            RoleHolding(role="board", person="e1"),
        ),
        "limits": (
            Limit(category="buy", up_to=thb(50_000), person="e3"),
            Limit(category="buy", up_to=thb(500_000), person="e2"),
            Limit(category="buy", up_to=thb(5_000_000), person="e1"),
        ),
        "calendars": {"bkk": BANGKOK},
        "budget_lines": {"b1": BudgetLine(id="b1", name={"en": "Tools"}, unit="it", owner="e8")},
    }
    return Organisation(**{**fields, **changes})


def _position(who: str) -> Position:
    unit, boss = _LINE[who]
    return Position(id=f"p-{who}", title={"en": who}, unit=unit, grade=5, reports_to=f"p-{boss}" if boss else None)


LINE = Step(name="line", title="Line agrees", who=Approver(manager_of="requester"))
HR = Step(name="hr", title="HR agrees", who=Approver(role="hr-partner"))
FINANCE = Step(
    name="money",
    title="Finance agrees",
    who=Approver(role="controller"),
    when=(Condition(field="amount", over="100000 THB"),),
)
LIMITED = Step(
    name="limit", title="Someone with authority agrees", who=Approver(role="head"), authority=Authority(category="buy")
)
STANDARD = Ladder(
    rungs=(
        Rung(at_percent=50, do="remind"),
        Rung(at_percent=100, do="remind"),
        Rung(after_days=1, do="escalate"),
        Rung(after_days=3, do="escalate"),
    )
)


def policy(*steps: Step, version: int = 7, ladder: Ladder = STANDARD, days: int = 30, **route: Any) -> Policy:
    """A policy whose only route `buy` has these steps (line and HR if none is given)."""
    return Policy(
        version=version,
        name="test",
        processes={"purchase": ProcessPolicy(routes={"buy": Route(steps=steps or (LINE, HR), **route)})},
        ladders={"standard": ladder},
        splitting=Splitting(days=days),
    )


def content(requester: str = "e4", **changes: Any) -> Content:
    """Something to buy. `changes` replace values of the data; those in `material` are material."""
    given = {"unit": "dev", "excluded": (), "amount": thb(20_000)}
    given |= {name: changes.pop(name) for name in list(changes) if name in given}
    data = {"thing": "desk", "count": 2, "note": "by the window", "budget_line": "b1", "grade": 5, **changes}
    data["amount"] = given["amount"]
    material = {name: data[name] for name in ("thing", "count", "amount")}
    return Content(requester=requester, material=material, data=data, **given)


class Submit(Value):
    content: Content
    review: str = "purchase"


class Change(Submit):
    pass


class Resubmit(Submit):
    pass


class PurchaseAsked(Event):
    by: str
    subjects: tuple[str, ...] = ()


class Purchase(Value):
    case: Case


def _decide(state: Purchase, command: Command, payload: Value, facts: Facts) -> Sequence[Event]:
    ctx = DecisionContext(state, command, facts, evolve=_evolve, case=lambda purchase: purchase.case)
    asked = {who for review in state.case.reviews.values() for who in (review.requester, *review.excluded)}
    if isinstance(payload, KERNEL_COMMANDS["attach"]) and command.actor not in asked:
        require_case_role(ctx, {"attach": KERNEL_ROLES["attach"]})
    if handle.handle(ctx, payload):
        return ctx.events
    match payload:
        case Change():
            approval.change(ctx, payload.review, payload.content)
        case Resubmit():
            approval.resubmit(ctx, payload.review, payload.content)
        case Submit():
            if state.case.requester is None:
                ctx.add(PurchaseAsked(by=command.actor))
            approval.open_review(ctx, payload.review, "buy", payload.content)
    return ctx.events


def _evolve(state: Purchase, event: Event) -> Purchase:
    case = state.case
    if isinstance(event, PurchaseAsked):
        case = case.model_copy(update={"requester": event.by, "subjects": event.subjects, "unit": "dev"})
    return Purchase(case=handle.evolve_case(case, event))


def _effects(before: Purchase, event: Event, after: Purchase) -> Sequence[Effect]:
    return handle.case_effects(before.case, event, after.case)


PURCHASE: Process[Purchase] = Process(
    name="purchase",
    workflow="Purchase",
    start=frozenset({"submit"}),
    commands={**KERNEL_COMMANDS, "submit": Submit, "change": Change, "resubmit": Resubmit},
    events=Registry((*KERNEL_EVENTS, PurchaseAsked)),
    initial=lambda case: Purchase(case=Case(id=case, process="purchase")),
    decide=_decide,
    evolve=_evolve,
    is_terminal=lambda state: state.case.closed is not None,
    case=lambda state: state.case,
    stage=lambda _state: "asked",
    effects=_effects,
)


def scenario(*steps: Step, organisation: Organisation | None = None, **route: Any) -> Scenario[Purchase]:
    """A case under a policy of these steps, on a Monday morning."""
    facts = Facts(now=MONDAY, organisation=organisation or company(), policy=policy(*steps, **route))
    return Scenario(PURCHASE, facts)


def submitted(*steps: Step, asked: Content | None = None, **given: Any) -> Scenario[Purchase]:
    """The same after the request was submitted by its requester."""
    what = asked or content()
    return scenario(*steps, **given).when("submit", Submit(content=what), by=what.requester)
