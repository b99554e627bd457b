"""The rules of savings: agree, begin, claim, validate, note leakage, conclude (SAV-01 to SAV-05)."""

from decimal import Decimal
from typing import Annotated, Literal

from domain.kernel.budget_control import YEAR_CLOSED, YEAR_ENDED, balance_of, refuse_stopped
from domain.kernel.cases.case import Deadline, Status
from domain.kernel.cases.case_events import (
    DeadlineSet,
    ReviewApproved,
    ReviewEnded,
    ReviewOpened,
    ReviewRejected,
    ReviewReturned,
)
from domain.kernel.commands import DeadlinePassed, Text, Withdraw
from domain.kernel.deciding import approval, tasks
from domain.kernel.document import DocumentSpec, is_approved
from domain.kernel.duty import Every
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.handle import close
from domain.kernel.ledger import LinePeriod
from domain.kernel.postings import Postings
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.money.saving import content as asked
from domain.money.saving.content import SETTINGS, Saving, Short, shares
from domain.money.saving.lookups import source_claims
from domain.money.saving.state import (
    Achieved,
    Ctx,
    Leak,
    LeakageRecorded,
    SavingAmended,
    SavingClaimed,
    SavingConcluded,
    SavingDoubted,
    SavingProposed,
    SavingStarted,
    SavingState,
    SavingValidated,
    Stage,
)

REVIEW, SUSTAIN, _VALIDATION = "document", "sustain", "validation-"
TaskId = Annotated[str, Reference("task")]


class StartSaving(Value):
    """Begins with the work: from here on the baseline is what finance agreed on."""

    task: TaskId


class ClaimSaving(Value):
    """Says what was achieved, with its evidence. Finance validates it, and takes a hard saving off the line."""

    task: TaskId
    amount: Money
    cost: Money | None = None
    evidence: Text


class NoteLeakage(Value):
    """Notes that saved money was spent again elsewhere; it is shown beside the saving."""

    amount: Money
    what: Short


class ConcludeSaving(Value):
    """Says whether the saving lasted. It ends the case."""

    task: TaskId
    outcome: Literal["sustained", "lapsed"]
    reason: Text


class AbandonSaving(Value):
    """Ends an initiative before anything was booked; the money can be claimed by another one."""

    reason: Text


def unit_of(facts: Facts, content: Saving) -> str:
    return facts.organisation.budget_lines[content.budget_line].unit


DOCUMENT = DocumentSpec(
    noun="saving",
    content=Saving,
    drafted=SavingProposed,
    amended=SavingAmended,
    title=asked.title,
    check=asked.check,
    unit=unit_of,
    amount="amount",
    subjects=lambda _facts, content: (content.lead,),
    material=frozenset(Saving.model_fields) - {"reason", "risk"},
    unseen=frozenset(),
    routes=frozenset({"baseline", "validation"}),
    route=lambda _content: "baseline",
    approved_as=frozenset({Stage.AGREED}),
)


def finance(state: SavingState, facts: Facts) -> tuple[str, ...]:
    if state.case.unit is None:
        return ()
    day = today_of(facts, state.case.requester or "")
    return facts.organisation.holders(SETTINGS.text(facts, "role_finance"), state.case.unit, day)


def benefit_owner(state: SavingState, facts: Facts) -> tuple[str, ...]:
    content = state.document.content
    line = facts.organisation.budget_lines.get(content.budget_line) if content else None
    return (line.owner,) if line else ()


def on_submitted(ctx: Ctx, event: ReviewOpened | SavingAmended) -> None:
    """Two initiatives cannot claim the same money (SAV-04). Raises Refused `claimed-already`."""
    if isinstance(event, ReviewOpened) and event.review != REVIEW:
        return
    wanted = {claim.key for claim in source_claims(ctx.state.content)}
    other = next((h for h in ctx.facts.claims if h.claim.key in wanted and h.stream != ctx.case.id), None)
    if other is not None:
        template = "Another initiative, {case}, claims this money of {line} already; join it, or name other money."
        raise Refused("claimed-already", template, case=other.stream, line=ctx.state.content.budget_line)


def on_agreed(ctx: Ctx, event: ReviewApproved) -> None:
    """The baseline is agreed, by finance among others (SAV-01). Raises Refused `not-by-finance`."""
    if event.review != REVIEW:
        return
    _require_finance(ctx, REVIEW)
    lead, starts = ctx.state.content.lead, ctx.state.content.starts
    tasks.assign(
        ctx, kind="start", title=N_("Begin with the saving"), subject="saving", assignees=(lead,),
        basis="delivery lead", command="start-saving",
        due_at=max(working_day_end(ctx.facts, lead, starts), ctx.facts.now), without_end=True,
    )  # fmt: skip


def start_saving(ctx: Ctx, payload: StartSaving) -> None:
    """Raises Refused `too-early` before the agreed day."""
    starts = ctx.state.content.starts
    if today_of(ctx.facts, ctx.command.actor) < starts:
        raise Refused("too-early", "Work starts on {day}, as was agreed.", day=starts.isoformat())
    tasks.finish(ctx, payload.task)
    ctx.add(SavingStarted(by=ctx.command.actor, at=ctx.facts.now))
    _ask_claim(ctx)


def claim_saving(ctx: Ctx, payload: ClaimSaving) -> None:
    """Raises Refused `other-currency`, `no-amount`, `above-baseline`."""
    content = ctx.state.content
    for amount in (payload.amount, *([payload.cost] if payload.cost else [])):
        _refuse_amount(content, amount)
    if content.kind != "revenue" and payload.amount.amount > content.baseline.amount:
        raise Refused("above-baseline", "More than the baseline of {baseline} cannot be saved; correct one of them.",
                      baseline=str(content.baseline))  # fmt: skip
    tasks.finish(ctx, payload.task)
    review, actor = f"{_VALIDATION}{ctx.state.claims + 1}", ctx.command.actor
    achieved = Achieved(amount=payload.amount, cost=payload.cost, evidence=payload.evidence, by=actor)
    ctx.add(SavingClaimed(achieved=achieved, review=review, by=actor, at=ctx.facts.now))
    whole = content.model_copy(update={"amount": payload.amount, "cost_to_achieve": payload.cost})
    submission = DOCUMENT.submission(ctx.facts, whole, ctx.case.requester or "")
    owners = dict.fromkeys((*submission.excluded, *benefit_owner(ctx.state, ctx.facts), actor))
    others = tuple(one for one in owners if one != ctx.case.requester)
    approval.open_review(ctx, review, "validation", submission.model_copy(update={"excluded": others}))


def on_validated(ctx: Ctx, event: ReviewApproved) -> None:
    """Finance validated; a hard saving counts because the line goes down by the same act (SAV-03).

    Raises Refused `bound` if the line would fall below what binds it, `not-by-finance`.
    """
    if not event.review.startswith(_VALIDATION):
        return
    _require_finance(ctx, event.review)
    postings = Postings(ctx.facts, ctx.state.holdings)
    if ctx.state.content.kind == "hard":
        _reduce(ctx, postings)
    ctx.add(SavingValidated(transfers=postings.transfers, at=ctx.facts.now))
    months = int(SETTINGS.number(ctx.facts, "sustain_months"))
    owner = (*finance(ctx.state, ctx.facts), _answering(ctx))[0]
    day = Every(months=max(months, 1)).after(ctx.facts, owner, today_of(ctx.facts, owner))
    ctx.add(DeadlineSet(deadline=Deadline(kind=SUSTAIN, key=SUSTAIN, at=working_day_end(ctx.facts, owner, day))))


def on_doubted(ctx: Ctx, event: ReviewRejected | ReviewReturned | ReviewEnded) -> None:
    if not event.review.startswith(_VALIDATION) or ctx.state.achieved is None:
        return
    ctx.add(SavingDoubted(reason=event.reason, at=ctx.facts.now))
    approval.end(ctx, event.review, "cancelled", event.reason)
    _ask_claim(ctx)


def note_leakage(ctx: Ctx, payload: NoteLeakage) -> None:
    _refuse_amount(ctx.state.content, payload.amount)
    actor = ctx.command.actor
    leak = Leak(amount=payload.amount, what=payload.what, on=today_of(ctx.facts, actor), by=actor)
    ctx.add(LeakageRecorded(leak=leak, by=actor, at=ctx.facts.now))


def ask_conclusion(ctx: Ctx, _payload: DeadlinePassed) -> None:
    """A year after it was booked finance says whether it lasted (SAV-05)."""
    owners = {ctx.case.requester, ctx.state.content.lead, *benefit_owner(ctx.state, ctx.facts)}
    people = tuple(person for person in finance(ctx.state, ctx.facts) if person not in owners)
    tasks.assign(
        ctx, kind=SUSTAIN, title=N_("Say whether the saving lasted"), subject=SUSTAIN,
        assignees=people or (_answering(ctx),), basis="finance", command="conclude-saving",
        due_days=SETTINGS.number(ctx.facts, "confirm_days"), without_end=True,
    )  # fmt: skip


def conclude_saving(ctx: Ctx, payload: ConcludeSaving) -> None:
    """Raises Refused `leaked-away` for what is said to last and was spent again."""
    state = ctx.state
    assert state.achieved is not None
    if payload.outcome == "sustained" and state.leaked.amount >= state.achieved.net.amount:
        raise Refused("leaked-away", "{leaked} of it was spent again, so nothing lasted; it lapsed.",
                      leaked=str(state.leaked))  # fmt: skip
    tasks.finish(ctx, payload.task)
    given = {"outcome": payload.outcome, "reason": payload.reason}
    ctx.add(SavingConcluded.model_validate({**given, "by": ctx.command.actor, "at": ctx.facts.now}))
    close(ctx, status=Status.APPROVED, reason=payload.reason)


def abandon_saving(ctx: Ctx, payload: AbandonSaving) -> None:
    close(ctx, status=Status.CANCELLED, reason=payload.reason)


def refuse_withdrawal(ctx: Ctx, _payload: Withdraw) -> None:
    if is_approved(ctx.case, REVIEW):
        raise Refused("approved", "It is agreed; use abandon-saving while nothing is booked.")


def _reduce(ctx: Ctx, postings: Postings) -> None:
    content = ctx.state.content
    assert ctx.state.achieved is not None
    for period, amount in shares(content, ctx.state.achieved.amount).items():
        refuse_stopped(ctx.facts, LinePeriod(content.budget_line, period), YEAR_ENDED, YEAR_CLOSED)
        free = balance_of(ctx.facts, content.budget_line, period).available
        if amount.amount > max(free, Decimal(0)):
            raise Refused(
                "bound",
                "Only {free} of {line} is free in {period}, not {amount}: release what binds it first, or claim less.",
                free=f"{free:,}",
                line=content.budget_line,
                period=period,
                amount=str(amount),
            )
        if amount.amount:
            postings.plan(content.budget_line, period, Money(amount=-amount.amount, currency=amount.currency))


def _require_finance(ctx: Ctx, review: str) -> None:
    """One of those who approved holds the finance role and is not the owner; an override is someone's word too."""
    deciders = {d.actor for d in ctx.case.reviews[review].decisions if d.standing and d.outcome == "approve"}
    if not deciders & set(finance(ctx.state, ctx.facts)):
        template = "Finance has to agree: the policy's route {route} asks nobody with the role {role}; correct it."
        raise Refused("not-by-finance", template, route=ctx.case.reviews[review].route,
                      role=SETTINGS.text(ctx.facts, "role_finance"))  # fmt: skip


def _ask_claim(ctx: Ctx) -> None:
    tasks.assign(
        ctx, kind="claim", title=N_("Claim what was achieved"), subject="saving", assignees=(ctx.state.content.lead,),
        basis="delivery lead", command="claim-saving", due_days=SETTINGS.number(ctx.facts, "claim_days"),
        without_end=True,
    )  # fmt: skip


def _answering(ctx: Ctx) -> str:
    assert ctx.case.responsible is not None
    return ctx.case.responsible


def _refuse_amount(content: Saving, amount: Money) -> None:
    if amount.currency != content.amount.currency:
        raise Refused("other-currency", "The line is kept in {currency}; state all amounts in it.",
                      currency=content.amount.currency)  # fmt: skip
    if amount.amount <= 0:
        raise Refused("no-amount", "Write an amount above zero.")
