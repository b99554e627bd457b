"""The rules of authority: asking for a change, amending it, and what its approval brings."""

from datetime import date
from decimal import Decimal

from domain.kernel.cases.case import Status
from domain.kernel.deciding import approval
from domain.kernel.deciding.approval import Content
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.organisation.authority import commands as c
from domain.organisation.authority import events as e
from domain.organisation.authority.limit_changes import held, plan
from domain.organisation.authority.state import REVIEW, AuthorityState, Change
from domain.organisation.model import Limit

Wire = DecisionContext[AuthorityState]


def open_case(ctx: Wire, payload: c.RequestLimit | c.RevokeLimit) -> None:
    """Raises Refused `already-started`, and what `change_of` raises."""
    if ctx.state.change is not None:
        raise Refused("already-started", "The case {case} was opened before; choose another id.", case=ctx.case.id)
    change = change_of(payload, ctx.facts)
    ctx.add(
        e.LimitRequested(
            requester=ctx.command.actor,
            title=_title(change),
            change=change,
            unit=_unit(change, ctx.facts),
            at=ctx.facts.now,
        )
    )
    approval.open_review(ctx, REVIEW, change.kind, _content(ctx))


def amend_limit(ctx: Wire, payload: c.AmendLimit) -> None:
    """What was returned is only edited; in approval the kernel says which decisions still count (KRN-14)."""
    status = ctx.case.reviews[REVIEW].status
    if status not in (Status.IN_REVIEW, Status.RETURNED):
        raise Refused("decided", "This change was decided on; ask for another one instead of amending it.")
    if not _amend(ctx, payload):
        raise Refused("nothing-changed", "These values are the same as before; change at least one.")
    if status is Status.IN_REVIEW:
        approval.change(ctx, REVIEW, _content(ctx))


def resubmit_limit(ctx: Wire, payload: c.ResubmitLimit) -> None:
    if ctx.case.reviews[REVIEW].status is not Status.RETURNED:
        raise Refused("not-returned", "Only what was returned can be resubmitted; amend it instead.")
    _amend(ctx, payload)
    approval.resubmit(ctx, REVIEW, _content(ctx))


def on_approved(ctx: Wire) -> None:
    """What the organisation has to record is fixed here, by the organisation of this moment."""
    ended, given = plan(ctx.facts.organisation, ctx.state.the_change, today_of(ctx.facts, ctx.state.the_change.person))
    ctx.add(e.LimitApproved(ended=ended, given=given, at=ctx.facts.now))


def note_recorded(ctx: Wire, payload: c.NoteRecorded) -> None:
    if ctx.state.recorded or not ctx.state.approved:
        raise Refused("nothing-to-record", "Nothing of case {case} is being recorded.", case=ctx.case.id)
    ctx.add(e.LimitRecorded(position=payload.position))


def change_of(payload: Value, facts: Facts) -> Change:
    """What `payload` asks for. Raises Refused `no-such-limit`, `past-day`, and what `_check` raises."""
    match payload:
        case c.RequestLimit():
            limit = Limit(**payload.model_dump(exclude={"reason"}))
            _check(limit, facts)
            return Change(kind="grant", limit=limit, reason=payload.reason)
        case c.RevokeLimit():
            limit = _held_now(payload, facts).model_copy(update={"end": payload.end})
            _refuse_past(payload.end, today_of(facts, payload.person))
            return Change(kind="revoke", limit=limit, reason=payload.reason)
    raise TypeError(f"{type(payload).__name__} opens no case")


def content_of(change: Change, facts: Facts, requester: str) -> Content:
    """What approvers decide on. The person never decides, nor whoever reports to them (KRN-02, KRN-06)."""
    limit = change.limit
    material = {
        "person": change.person,
        "category": limit.category,
        "up_to": f"{limit.up_to.amount.normalize() + Decimal(0):f} {limit.up_to.currency}",
        "unit": limit.unit,
        "start": limit.start.isoformat() if limit.start else None,
        "end": limit.end.isoformat() if limit.end else None,
    }
    return Content(
        requester=requester,
        unit=_unit(change, facts),
        material=material,
        data={**material, "currency": limit.up_to.currency, "reason": change.reason},
        amount=limit.up_to,
        excluded=(change.person,) if change.person != requester else (),
    )


def _content(ctx: Wire) -> Content:
    return content_of(ctx.state.the_change, ctx.facts, ctx.state.requester)


def _amend(ctx: Wire, payload: c.ResubmitLimit) -> bool:
    """Records the amendment; False if nothing would change. Raises Refused `revocation` and those of `_check`."""
    old, given = ctx.state.the_change, payload.changes()
    if old.kind == "revoke" and given.keys() - {"end", "reason"}:
        raise Refused("revocation", "Of a revocation only until and reason can change; ask for another one.")
    reason = given.pop("reason", old.reason)
    new = old.model_copy(update={"limit": old.limit.model_copy(update=given), "reason": reason})
    changed = tuple(name for name in given if getattr(new.limit, name) != getattr(old.limit, name))
    changed += ("reason",) if reason != old.reason else ()
    if not changed:
        return False
    if old.kind == "grant":
        _refuse_other_currency(old.limit.up_to, new.limit.up_to)
        _check(new.limit, ctx.facts)
    else:
        _refuse_past(new.limit.end, today_of(ctx.facts, new.person))
    ctx.add(e.LimitAmended(change=new, changed=tuple(sorted(changed)), by=ctx.command.actor))
    return True


def _refuse_other_currency(old: Money, new: Money) -> None:
    if old.currency != new.currency:
        raise Refused("other-currency", "Another currency is another limit; ask for it in a case of its own.")


def _check(limit: Limit, facts: Facts) -> None:
    """Raises Refused `unknown-person`, `unknown-unit`, `unknown-category`, `no-amount`, `past-day`, `no-days`."""
    organisation, person = facts.organisation, limit.person or ""
    today = today_of(facts, person)
    known = sorted({other.category for other in organisation.limits})
    if not organisation.works_here(person, today):
        template = "Nobody with the id {person} works here on {day}; check the id."
        raise Refused("unknown-person", template, person=person, day=today.isoformat())
    if limit.unit not in organisation.units:
        raise Refused("unknown-unit", "There is no unit {unit}; check its id.", unit=limit.unit)
    if limit.category not in known:
        template = "There are no limits for {category}; the categories are {known}."
        raise Refused("unknown-category", template, category=limit.category, known=", ".join(known))
    if limit.up_to.amount <= 0:
        raise Refused("no-amount", "A limit is above zero; to take one away, use revoke-limit.")
    _refuse_past(limit.start, today)
    if limit.end is not None and limit.end <= (limit.start or today):
        raise Refused("no-days", "The limit would end before it begins; give until a later day.")


def _refuse_past(day: date | None, today: date) -> None:
    """Authority is never given or taken for days that are over: decisions of those days stand."""
    if day is not None and day < today:
        raise Refused("past-day", "A change of authority begins on {today} or later.", today=today.isoformat())


def _held_now(payload: c.RevokeLimit, facts: Facts) -> Limit:
    today = today_of(facts, payload.person)
    wanted = Limit(
        person=payload.person,
        category=payload.category,
        up_to=Money(amount=Decimal(0), currency=payload.currency),
        unit=payload.unit,
    )
    found = [limit for limit in held(facts.organisation, wanted) if limit.end is None or limit.end > today]
    if not found:
        raise Refused(
            "no-such-limit",
            "{person} has no own limit for {category} in {currency} there; a limit by role ends with the role.",
            person=payload.person,
            category=payload.category,
            currency=payload.currency,
        )
    return min(found, key=lambda limit: limit.start or date.min)


def _unit(change: Change, facts: Facts) -> str:
    """Where the limit counts; for one that counts everywhere, where the person works."""
    limit = change.limit
    return limit.unit or facts.organisation.unit_of(change.person, today_of(facts, change.person)) or ""


def _title(change: Change) -> Message:
    person, category, up_to = change.person, change.limit.category, str(change.limit.up_to)
    if change.kind == "revoke":
        return N_("End the limit of {person}: {category} up to {up_to}", person=person, category=category, up_to=up_to)
    return N_("A limit for {person}: {category} up to {up_to}", person=person, category=category, up_to=up_to)
