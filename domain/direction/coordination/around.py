"""The rules around a request: its end, parts and whole, links and their effects."""

from domain.direction.coordination import commands as c
from domain.direction.coordination import events as e
from domain.direction.coordination.links import Ctx, refuse_circle, waiting
from domain.direction.coordination.rules import answered, ask_again, check, task
from domain.direction.coordination.state import Asked, Effect, Part, Stage
from domain.kernel.cases.case import Status
from domain.kernel.commands import Withdraw
from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.handle import close
from domain.kernel.values.message import N_


def refuse_withdrawal(_ctx: Ctx, _payload: Withdraw) -> None:
    raise Refused("use-cancel", "Cancel the request instead: the departments are asked then what they spent.")


def cancel_request(ctx: Ctx, payload: c.CancelRequest) -> None:
    cancel(ctx, payload.reason)


def note_whole_cancelled(ctx: Ctx, payload: c.NoteWholeCancelled) -> None:
    """Nothing if it is being cancelled already."""
    if ctx.state.whole == payload.whole and ctx.state.stage is not Stage.CANCELLING:
        cancel(ctx, f"{payload.whole} was cancelled")


def cancel(ctx: Ctx, reason: str) -> None:
    """Each department that accepted is asked what was spent (CRD-08)."""
    answered(ctx)
    tasks.cancel(ctx, reason=reason)
    ctx.add(e.RequestCancelled(reason=reason, by=ctx.command.actor, at=ctx.facts.now))
    for unit, person in ctx.state.took.items():
        title = N_("Say what {unit} spent: {title}", unit=unit, title=ctx.state.the_asked.title)
        task(ctx, "spent", "say-spent", title, (person,), "spent_days", about=unit)


def answer_escalation(ctx: Ctx, payload: c.AnswerEscalation) -> None:
    """Raises Refused `declined-already` for waiting after a no.

    What a department accepted before is cancelled, so that it says what it spent.
    """
    if payload.answer == "wait" and ctx.state.stage is Stage.DECLINED:
        raise Refused("declined-already", "The department said no: ask again, or end the request.")
    tasks.finish(ctx, payload.task)
    now, by = ctx.facts.now, ctx.command.actor
    ctx.add(e.EscalationAnswered(answer=payload.answer, text=payload.text, by=by, at=now))
    if payload.answer == "ask-again":
        ask_again(ctx, payload.text)
    elif payload.answer == "end" and ctx.state.took:
        cancel(ctx, payload.text)
    elif payload.answer == "end":
        close(ctx, status=Status.REJECTED, reason=payload.text)


def say_spent(ctx: Ctx, payload: c.SaySpent) -> None:
    unit = tasks.open_task(ctx.case, payload.task).subject
    tasks.finish(ctx, payload.task)
    known = {"unit": unit, "hours": payload.hours, "note": payload.note}
    ctx.add(e.SpentSaid(by=ctx.command.actor, at=ctx.facts.now, **known))


def add_part(ctx: Ctx, payload: c.AddPart) -> None:
    asker = ctx.state.the_asked.person
    check(ctx, payload, asker)
    part = f"{ctx.case.id}-part-{len(ctx.state.parts) + 1}"
    asked = Asked.model_validate(dict(payload))
    ctx.add(
        e.PartAdded(part=part, unit=asked.unit, asked=asked, asker=asker, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip
    refuse_circle(ctx, ctx.state.waits_on)


def note_part(ctx: Ctx, payload: c.NotePart) -> None:
    """Raises Refused `no-such-part`."""
    if payload.part not in ctx.state.parts:
        raise Refused("no-such-part", "There is no part {part} here; name one of the whole.", part=payload.part)
    known = Part.model_validate({name: getattr(payload, name) for name in Part.model_fields})
    if known != ctx.state.parts[payload.part]:
        ctx.add(e.PartNoted(part=payload.part, stage=known.stage, known=known, at=ctx.facts.now))


def set_links(ctx: Ctx, payload: c.SetLinks) -> None:
    refuse_circle(ctx, payload.on)
    ctx.add(e.LinksSet(on=tuple(dict.fromkeys(payload.on)), by=ctx.command.actor, at=ctx.facts.now))


def note_effect(ctx: Ctx, payload: c.NoteLinkEffect) -> None:
    """Nothing if it says what is known already."""
    effect = Effect.model_validate(dict(payload))
    known = ctx.state.effects.get(effect.source)
    if known != effect and not (known is None and effect.over):
        ctx.add(e.LinkEffectNoted(effect=effect, at=ctx.facts.now))


def settle(ctx: Ctx) -> None:
    """A cancelled request ends once all said what they spent; who waits for this one learns of a later day."""
    state = ctx.state
    tell(ctx)
    spent_open = any(one.kind == "spent" for one in ctx.case.tasks.values())
    if state.stage is Stage.CANCELLING and not spent_open and not state.open_parts:
        close(ctx, status=Status.CANCELLED, reason="it was cancelled")


def tell(ctx: Ctx) -> None:
    """Days between the day that is needed and the promised one, and what its own dependencies add (CRD-03)."""
    state, cases = ctx.state, waiting(ctx)
    own = (state.promise.due - state.the_asked.needed).days if state.promise else 0
    late = max(0, own, *(one.days for one in state.effects.values()))
    if cases and late != state.told:
        ctx.add(e.WaitersTold(cases=cases, days=late, over=late == 0, at=ctx.facts.now))


def tell_end(ctx: Ctx) -> None:
    """Who waits for this one learns that it is there, or that it will never come."""
    lost = ctx.case.closed is not Status.APPROVED
    if (ctx.state.told or lost) and (cases := waiting(ctx)):
        ctx.add(e.WaitersTold(cases=cases, days=0, over=not lost, lost=lost, at=ctx.facts.now))
