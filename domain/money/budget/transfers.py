"""Transfers between lines: both owners agree, and the controller where categories mix (BUD-07)."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.kernel.budget_control import balance_of, budget_line
from domain.kernel.commands import Text, says_nothing
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.ledger import Period, year_of
from domain.kernel.postings import Postings
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.money import Money, same
from domain.kernel.values.reference import Reference
from domain.money.budget import events as ev
from domain.money.budget.parameters import OF_POLICY
from domain.money.budget.state import Wire, controllers, unit_of
from domain.money.budget.values import LineId, Move

CONTROLLER = "controller"
TaskId = Annotated[str, Field(max_length=100), Reference("task")]


class ProposeTransfer(Value):
    """Asks that money goes from a line of this budget to another line, in the same year. It is reserved until then."""

    source_line: LineId
    source_period: Period
    target_line: LineId
    target_period: Period
    amount: Money
    reason: Text


class AnswerTransfer(Value):
    """Agrees to a transfer, which is made once everybody who is asked has, or declines it."""

    task: TaskId
    answer: Literal["agree", "decline"]
    reason: Text | None = None

    @model_validator(mode="after")
    def _say_why(self) -> Self:
        if self.answer == "decline" and says_nothing(self.reason):
            raise ValueError("say why it is declined")
        return self


def propose(ctx: Wire, payload: ProposeTransfer) -> None:
    """Raises Refused `not-of-this-budget`, `same-line`, `other-year`, `not-free`, `unmapped`, `wrong-period`."""
    move = Move(**payload.model_dump(), by=ctx.command.actor)
    if move.source not in ctx.state.line_periods:
        template = "{line} {period} is not of this budget; propose the transfer where it is planned."
        raise Refused("not-of-this-budget", template, line=move.source_line, period=move.source_period)
    if move.source == move.target:
        raise Refused("same-line", "It would stay where it is; name another line or period.")
    if year_of(move.source_period) != year_of(move.target_period):
        raise Refused("other-year", "A transfer stays in its year; the year's end carries money on.")
    refuse_not_free(ctx.facts, move)
    Postings(ctx.facts, ctx.state.holdings).move(move.source, move.target, move.amount)  # refuses what cannot be moved
    id_ = f"transfer-{len(ctx.state.transfers) + 1}"
    postings = Postings(ctx.facts, ctx.state.holdings)
    held = postings.reserve(*move.source, move.amount).number
    move = move.model_copy(update={"needed": needed(ctx, move), "held": held})
    ctx.add(ev.TransferProposed(id=id_, move=move, transfers=postings.transfers, by=move.by, at=ctx.facts.now))
    for consent, people in move.needed.items():
        _ask(ctx, id_, move, consent, people)
    _make_if_agreed(ctx, id_)


def answer(ctx: Wire, payload: AnswerTransfer) -> None:
    """Raises Refused `no-such-transfer`."""
    task = tasks.require(ctx, payload.task)
    id_, by = task.subject, ctx.command.actor
    if task.kind != "transfer":
        raise Refused("no-such-transfer", "Task {task} is about no transfer; check the number.", task=task.id)
    tasks.finish(ctx, task.id)
    if payload.answer == "agree":
        ctx.add(ev.TransferAgreed(id=id_, consent=task.step, by=by, at=ctx.facts.now))
        _make_if_agreed(ctx, id_)
        return
    postings = _released(ctx, id_)
    ctx.add(
        ev.TransferDeclined(
            id=id_, transfers=postings.transfers, by=by, reason=payload.reason or "", at=ctx.facts.now
        )
    )  # fmt: skip
    tasks.cancel(ctx, reason="it was declined", kind="transfer", subject=id_)


def needed(ctx: Wire, move: Move) -> dict[str, tuple[str, ...]]:
    """Who must agree besides the proposer: the owner of each line, and the controller where categories mix.

    The controller is another person than the proposer. Raises Refused `no-controller`.
    """
    source, target = (budget_line(ctx.facts, line) for line in (move.source_line, move.target_line))
    owners: dict[str, tuple[str, ...]] = {line.id: (line.owner,) for line in (source, target) if line.owner != move.by}
    if source.category == target.category:
        return owners
    people = tuple(one for one in controllers(ctx.facts, unit_of(ctx.state)) if one != move.by)
    if not people:
        template = "{source} and {target} do not mix without a controller, and {unit} has no other one."
        raise Refused("no-controller", template, source=source.category, target=target.category,
                      unit=unit_of(ctx.state) or "")  # fmt: skip
    return {**owners, CONTROLLER: people}


def refuse_not_free(facts: Facts, move: Move) -> None:
    """Whatever the line's control: what is not there cannot go elsewhere."""
    balance = balance_of(facts, *move.source)
    same(balance.left, move.amount)
    if move.amount.amount > balance.available:
        template = "Only {left} is free on {line} in {period}; propose at most that."
        raise Refused("not-free", template, left=str(balance.left), line=move.source_line, period=move.source_period)


def _ask(ctx: Wire, id_: str, move: Move, consent: str, people: tuple[str, ...]) -> None:
    title = N_("Agree to transfer {amount} from {source} to {target}", amount=str(move.amount),
               source=move.source_line, target=move.target_line)  # fmt: skip
    tasks.assign(
        ctx, kind="transfer", title=title, subject=id_, step=consent, assignees=people,
        basis="controller" if consent == CONTROLLER else "owner of the line", command="answer-transfer",
        due_days=Decimal(OF_POLICY.number(ctx.facts, "transfer_days")), without_end=True,
    )  # fmt: skip


def _make_if_agreed(ctx: Wire, id_: str) -> None:
    move = ctx.state.transfers[id_]
    if move.needed.keys() - move.agreed.keys():
        return
    postings = _released(ctx, id_)
    postings.move(move.source, move.target, move.amount)
    ctx.add(ev.TransferMade(id=id_, transfers=postings.transfers, at=ctx.facts.now))


def _released(ctx: Wire, id_: str) -> Postings:
    """What the proposal reserved is free again."""
    postings = Postings(ctx.facts, ctx.state.holdings)
    postings.release(ctx.state.transfers[id_].held)
    return postings
