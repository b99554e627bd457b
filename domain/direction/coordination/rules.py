"""Asked, answered, promised, delivered: the rules between the two departments."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from domain.direction.coordination import commands as c
from domain.direction.coordination import events as e
from domain.direction.coordination.links import Ctx, refuse_circle
from domain.direction.coordination.state import Asked
from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import DeadlineCleared, DeadlineSet
from domain.kernel.commands import DeadlinePassed
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.parameters import Parameters
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.routing.route import calendar_of
from domain.kernel.values.calendar import add_working_days
from domain.kernel.values.message import N_, Message
from domain.organisation.policy_needs import Parameter
from domain.organisation.units import refuse_ended

ACCEPTANCE = "acceptance"
PARAMETERS: dict[str, Parameter] = {
    "accept_days": 2, "promise_days": 3, "reply_days": 3, "receive_days": 5, "spent_days": 5,
    "role_head": "department-head",
}  # fmt: skip
SETTINGS = Parameters("coordination", PARAMETERS)


def ask_department(ctx: Ctx, payload: c.AskDepartment) -> None:
    refuse_circle(ctx, payload.waits_on)
    _open(ctx, payload, ctx.command.actor, None, payload.waits_on)


def open_part(ctx: Ctx, payload: c.OpenPart) -> None:
    _open(ctx, payload, payload.asker, payload.whole, ())


def _open(ctx: Ctx, payload: Asked, asker: str, whole: str | None, on: tuple[str, ...]) -> None:
    check(ctx, payload, asker)
    asked = Asked.model_validate({name: getattr(payload, name) for name in Asked.model_fields})
    unit = ctx.facts.organisation.unit_of(asker, today_of(ctx.facts, asker)) or ""
    ctx.add(
        e.DepartmentAsked(
            requester=asker, title=N_("{title}, asked of {unit}", title=asked.title, unit=asked.unit), unit=unit,
            at=ctx.facts.now, asked=asked, asker_unit=unit, whole=whole, waits_on=on,
        )
    )  # fmt: skip
    ask_to_answer(ctx)


def check(ctx: Ctx, asked: Asked, asker: str) -> None:
    """Raises Refused `unknown-unit`, `unknown-person`, `own-request`, `past-day`."""
    _check_place(ctx, asked.unit, asked.person, asker)
    _check_day(ctx, asked.needed)


def _check_place(ctx: Ctx, unit: str, person: str, asker: str) -> None:
    organisation = ctx.facts.organisation
    if unit not in organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; name one of the organisation.", unit=unit)
    refuse_ended(organisation, unit, ctx.facts.now.date())
    for one in (person, asker):
        if not organisation.works_here(one, ctx.facts.now.date()):
            raise Refused(
                "unknown-person", "Nobody with the id {person} works here; name someone who does.", person=one
            )
    place = organisation.unit_of(person, today_of(ctx.facts, person))
    if unit not in organisation.units_above(place):
        template = "{person} does not work in {unit}; name a person of that department."
        raise Refused("other-department", template, person=person, unit=unit)
    if person == asker:
        raise Refused("own-request", "A request goes to another person than who asks; name another one.")


def _check_day(ctx: Ctx, day: date) -> None:
    now = ctx.facts.now.date()
    if not now <= day <= date(now.year + 20, 12, 31):
        raise Refused("past-day", "The day must be {today} or later, within 20 years.", today=now.isoformat())


def task(
    ctx: Ctx, kind: str, command: str, title: Message, people: Iterable[str], within: str, about: str = ""
) -> None:
    """A task of the request; `within` names the parameter with its working days."""
    tasks.assign(
        ctx, kind=kind, title=title, subject=about or kind, assignees=tuple(people), basis=kind, command=command,
        due_days=SETTINGS.number(ctx.facts, within), without_end=True,
    )  # fmt: skip


def ask_to_answer(ctx: Ctx) -> None:
    """The department answers within two days, else the heads of both are asked (CRD-01)."""
    asked = ctx.state.the_asked
    title = N_("Answer the request: {title}", title=asked.title)
    task(ctx, "answer", "answer-request", title, (asked.person,), "accept_days")
    days = Decimal(SETTINGS.number(ctx.facts, "accept_days"))
    at = add_working_days(calendar_of(ctx.facts, asked.person), ctx.facts.now, days)
    ctx.add(DeadlineSet(deadline=Deadline(kind=ACCEPTANCE, key=ACCEPTANCE, at=at)))


def answered(ctx: Ctx) -> None:
    """The clock of the answer stops, and the heads are asked no more."""
    if any(one.kind == ACCEPTANCE for one in ctx.case.deadlines):
        ctx.add(DeadlineCleared(kind=ACCEPTANCE, key=ACCEPTANCE))
    tasks.cancel(ctx, reason="it was answered", kind="escalation")


def heads(ctx: Ctx) -> tuple[str, ...]:
    """The head of each department; above who is the head and was asked, the next in the line (CRD-01)."""
    found: dict[str, None] = {}
    asked, role = ctx.state.the_asked, SETTINGS.text(ctx.facts, "role_head")
    for unit, person in ((ctx.state.asker_unit, ctx.case.responsible), (asked.unit, asked.person)):
        day = ctx.facts.now.date()
        known = ctx.facts.organisation.holders(role, unit, day)
        line = ctx.facts.organisation.line_above(person or "", day)
        found |= dict.fromkeys([one for one in known if one != person] or line[:1] or known)
    return tuple(found)


def escalate(ctx: Ctx, title: Message) -> None:
    task(ctx, "escalation", "answer-escalation", title, heads(ctx), "reply_days")


def acceptance_overdue(ctx: Ctx, _due: DeadlinePassed) -> None:
    ctx.add(e.AcceptanceOverdue(heads=heads(ctx), at=ctx.facts.now))
    escalate(ctx, N_("No answer within the time: {title}", title=ctx.state.the_asked.title))


def answer_request(ctx: Ctx, payload: c.AnswerRequest) -> None:
    """Raises Refused `reason-missing`, `day-missing`, `past-day`."""
    tasks.finish(ctx, payload.task)
    state, by, now = ctx.state, ctx.command.actor, ctx.facts.now
    if payload.answer != "accept" and not payload.reason.strip():
        raise Refused("reason-missing", "Say why, so that the other department can go on.")
    if payload.answer == "counter":
        if payload.needed is None:
            raise Refused("day-missing", "Say which day you propose instead.")
        _check_day(ctx, payload.needed)
    answered(ctx)
    if payload.answer == "accept":
        accept(ctx)
    elif payload.needed is not None and payload.answer == "counter":
        ctx.add(e.RequestCountered(needed=payload.needed, reason=payload.reason, by=by, at=now))
        title = N_("Another day is proposed: {title}", title=state.the_asked.title)
        task(ctx, "counter", "answer-counter", title, (ctx.case.responsible or "",), "reply_days")
    else:
        ctx.add(e.RequestDeclined(reason=payload.reason, heads=heads(ctx), by=by, at=now))
        escalate(ctx, N_("Declined: {title}", title=state.the_asked.title))


def accept(ctx: Ctx) -> None:
    state, asked = ctx.state, ctx.state.the_asked
    known = {"needed": state.needed or asked.needed, "unit": asked.unit, "person": asked.person}
    ctx.add(e.RequestAccepted(by=ctx.command.actor, at=ctx.facts.now, **known))
    title = N_("Promise a day: {title}", title=asked.title)
    task(ctx, "promise", "promise-date", title, (asked.person,), "promise_days")


def answer_counter(ctx: Ctx, payload: c.AnswerCounter) -> None:
    tasks.finish(ctx, payload.task)
    if payload.answer == "agree":
        accept(ctx)
    else:
        ask_again(ctx, payload.reason)


def ask_again(ctx: Ctx, reason: str) -> None:
    answered(ctx)
    tasks.cancel(ctx, reason="it is asked again", kind="answer")
    ctx.add(e.RequestAskedAgain(reason=reason, by=ctx.command.actor, at=ctx.facts.now))
    ask_to_answer(ctx)


def promise_date(ctx: Ctx, payload: c.PromiseDate) -> None:
    """Raises Refused `reason-missing` for another day without a reason (CRD-02), `same-day`, `past-day`."""
    before, asked = ctx.state.promise, ctx.state.the_asked
    _check_day(ctx, payload.due)
    if before is not None and before.due == payload.due:
        raise Refused("same-day", "{due} is promised already; give another day.", due=payload.due.isoformat())
    if before is not None and not payload.reason.strip():
        raise Refused("reason-missing", "Say why, so that the other department can go on.")
    tasks.cancel(ctx, reason="a day is promised", kind="promise")
    tasks.cancel(ctx, reason="another day is promised", kind="deliver")
    note = {"reason": payload.reason, "provider_note": payload.provider_note}
    ctx.add(e.DatePromised(unit=asked.unit, due=payload.due, by=ctx.command.actor, at=ctx.facts.now, **note))
    ask_to_deliver(ctx)


def ask_to_deliver(ctx: Ctx) -> None:
    asked, promise = ctx.state.the_asked, ctx.state.promise
    day = max(promise.due if promise else ctx.facts.now.date(), today_of(ctx.facts, asked.person))
    tasks.assign(
        ctx, kind="deliver", title=N_("Deliver: {title}", title=asked.title), subject="deliver",
        assignees=(asked.person,), basis="promise", command="deliver-result",
        due_at=working_day_end(ctx.facts, asked.person, day), without_end=True,
    )  # fmt: skip


def begin_work(ctx: Ctx, _payload: c.BeginWork) -> None:
    ctx.add(e.WorkBegun(by=ctx.command.actor, at=ctx.facts.now))


def deliver(ctx: Ctx, payload: c.Deliver) -> None:
    """Raises Refused `parts-open`: the whole waits for its parts (CRD-08)."""
    if ctx.state.open_parts:
        template = "These parts are not over: {parts}; the whole waits for them."
        raise Refused("parts-open", template, parts=", ".join(ctx.state.open_parts))
    tasks.finish(ctx, payload.task)
    ctx.add(e.ResultDelivered(result=payload.result, by=ctx.command.actor, at=ctx.facts.now))
    title = N_("Accept or refuse what was delivered: {title}", title=ctx.state.the_asked.title)
    task(ctx, "receive", "answer-delivery", title, (ctx.case.responsible or "",), "receive_days")


def answer_delivery(ctx: Ctx, payload: c.AnswerDelivery) -> None:
    """Only the asker closes; a refusal needs a reason (CRD-06). Raises Refused `reason-missing`."""
    tasks.finish(ctx, payload.task)
    by, now = ctx.command.actor, ctx.facts.now
    if payload.answer == "accept":
        ctx.add(e.DeliveryAccepted(by=by, at=now))
        close(ctx, status=Status.APPROVED, reason="it was delivered and accepted")
        return
    if not payload.reason.strip():
        raise Refused("reason-missing", "Say why, so that the other department can go on.")
    ctx.add(e.DeliveryRefused(reason=payload.reason, by=by, at=now))
    ask_to_deliver(ctx)


def hand_on(ctx: Ctx, payload: c.HandOn) -> None:
    """The old promise ends, a new one begins once somebody there accepts (CRD-07)."""
    _check_place(ctx, payload.unit, payload.person, ctx.case.responsible or "")
    if (payload.unit, payload.person) == (ctx.state.the_asked.unit, ctx.state.the_asked.person):
        raise Refused("same-place", "They have it already; name another department or person.")
    answered(ctx)
    tasks.cancel(ctx, reason="it was handed on")
    known = {"unit": payload.unit, "person": payload.person, "reason": payload.reason}
    ctx.add(e.HandedOn(by=ctx.command.actor, at=ctx.facts.now, **known))
    ask_to_answer(ctx)
