"""The process `training_programme`: a technology change opens a need for everybody whose gap it creates (TRN-02)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import DeadlineCleared, ReviewApproved
from domain.kernel.command import Command
from domain.kernel.commands import Text
from domain.kernel.cycle import Child, CycleSpec, GateClosed, child_case, cycle, plan
from domain.kernel.cycle.parent import PAGE
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CommandSpec, Definition, Reaction, process_of
from domain.kernel.document import DocumentSpec, document, is_approved, opening
from domain.kernel.effects import ClaimQuery, Effect, Notify, TellCase
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.handle import close
from domain.kernel.ledger import Account, LinePeriod
from domain.kernel.parameters import Parameters
from domain.kernel.policy import Confidentiality
from domain.kernel.postings import Postings
from domain.kernel.process import Process
from domain.kernel.recording import ask_record, recording
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import today_of
from domain.kernel.showing.confidential import AMOUNT, INVOLVED_WORDS
from domain.kernel.showing.task_sight import WHOLE
from domain.kernel.value import Value
from domain.kernel.values.message import N_
from domain.kernel.values.reference import Reference
from domain.kernel.year_end import MoveCommitment, turning
from domain.organisation import record
from domain.organisation.events import SkillSet
from domain.organisation.policy_needs import Parameter
from domain.people.training import programme_content as content
from domain.people.training.programme_content import Programme, ProgrammeState, Stage, evolve

Ctx = DecisionContext[ProgrammeState]
DEFAULTS: dict[str, Parameter] = {"start_days": 5}
PARAMETERS = Parameters("training_programme", DEFAULTS)


class StartProgramme(Value):
    """Opens the needs of everybody whom the programme concerns."""

    task: Annotated[str, Field(max_length=200), Reference("task")]


class CloseProgramme(StartProgramme):
    """Says what the programme brought, once all its needs are through."""

    result: Text


class CancelProgramme(Value):
    """Ends the programme; needs whose course has not begun end with it, and their money is free again."""

    reason: Text


class NoteNeed(Value):
    """Sent by a need of the programme: what became of its money."""

    need: Annotated[str, Field(max_length=80)]
    what: Literal["committed", "reserved", "spent", "over"]


def on_approved(ctx: Ctx, _event: ReviewApproved) -> None:
    """Whom it concerns is fixed here. Raises Refused `cost-grown`, and those of the ledger."""
    programme, organisation = ctx.state.content, ctx.facts.organisation
    today = today_of(ctx.facts, ctx.case.responsible or "")
    shares = content.concerned(organisation, programme, today)
    wanted = content.total(shares, programme.cost.currency)
    if programme.cost < wanted:
        template = "By now it takes {total}, more than the {cost} that were asked for; return it to be amended."
        raise Refused("cost-grown", template, total=str(wanted), cost=str(programme.cost))
    postings, held = Postings(ctx.facts, ctx.state.holdings), {}
    if wanted.amount:
        postings.require_available(programme.line, programme.period, wanted)
    for share in shares:
        if share.price.amount:
            held[share.key] = postings.reserve(programme.line, programme.period, share.price).number
    ctx.add(content.ProgrammeFunded(shares=shares, held=held, transfers=postings.transfers, at=ctx.facts.now))
    _end_skills(ctx, programme, today)
    tasks.assign(
        ctx, kind="start", title=N_("Start the training for {technology}", technology=programme.technology),
        subject="programme", assignees=(ctx.case.responsible or "",), basis="requester", command="start-programme",
        due_days=PARAMETERS.number(ctx.facts, "start_days"), without_end=True,
    )  # fmt: skip


def _end_skills(ctx: Ctx, programme: Programme, today: date) -> None:
    """No new description may ask for a skill that the change ends, from the programme's last day on (TRN-02)."""
    known, last = ctx.facts.organisation.skills, max(programme.by, today)
    ended = [known[skill].model_copy(update={"end": last}) for skill in programme.ends if known[skill].end is None]
    ask_record(ctx, record.STREAM, [SkillSet(skill=skill, effective=last) for skill in ended], about="skills")


def start(ctx: Ctx, payload: StartProgramme) -> None:
    tasks.finish(ctx, payload.task)
    ctx.add(content.ProgrammeStarted(by=ctx.command.actor, at=ctx.facts.now))
    units: dict[str, list[Child]] = {}
    for share in ctx.state.shares.values():
        day = today_of(ctx.facts, share.gap.person)
        unit = ctx.facts.organisation.unit_of(share.gap.person, day) or ctx.state.content.unit
        units.setdefault(unit, []).append(Child(key=share.key))
    if units:
        plan(NEEDS, ctx, units)
    owner = ctx.case.responsible or ""
    due = max(working_day_end(ctx.facts, owner, ctx.state.content.by), ctx.facts.now)
    tasks.assign(
        ctx, kind="conclude", title=N_("Close the programme for {technology}", technology=ctx.state.content.technology),
        subject="programme", assignees=(owner,), basis="requester", command="close-programme", due_at=due,
        without_end=True,
    )  # fmt: skip


def conclude(ctx: Ctx, payload: CloseProgramme) -> None:
    """Raises Refused `still-running` while a need is open."""
    if ctx.state.shares and "done" not in ctx.state.cycle.closed:
        left = len(ctx.state.shares) - len(ctx.state.over)
        raise Refused("still-running", "{left} of its needs are still open; close them first.", left=left)
    tasks.finish(ctx, payload.task)
    ctx.add(content.ProgrammeConcluded(result=payload.result, by=ctx.command.actor, at=ctx.facts.now))
    close(ctx, status=Status.APPROVED, reason="every need is through")


def need_payload(state: ProgrammeState, child: Child) -> dict[str, Any]:
    """The opening of one need."""
    share, programme = state.shares[child.key], state.content
    return {
        "person": share.gap.person, "skill": share.gap.skill, "level": share.gap.needed, "course": share.course,
        "cost": str(share.price), "line": programme.line, "period": programme.period, "by": programme.by.isoformat(),
        "reason": programme.reason, "requester": state.case.responsible or "",
    }  # fmt: skip


def note_need(ctx: Ctx, payload: NoteNeed) -> None:
    """Committed at booking, reserved again if that is cancelled, spent once used, released when it is over (TRN-03).

    Raises Refused `no-such-need`. What was said already changes nothing.
    """
    key = payload.need.removeprefix(f"{ctx.case.id}-")
    if key not in ctx.state.shares:
        raise Refused("no-such-need", "{need} is no need of {case}.", need=payload.need, case=ctx.case.id)
    postings, held = Postings(ctx.facts, ctx.state.holdings), ctx.state.held.get(key)
    now = _moved(postings, held, payload.what) if held is not None else None
    ctx.add(
        content.NeedMoneyMoved(
            need=key, what=payload.what, held=now, transfers=postings.transfers, at=ctx.facts.now
        )
    )  # fmt: skip


def _moved(postings: Postings, held: int, what: str) -> int | None:
    """The number of the transfer that holds the money afterwards; None if nothing is held any more."""
    now = postings.holdings.at(held)
    match what:
        case "committed":
            return held if now.account is Account.COMMITTED else postings.commit(held).number
        case "reserved":
            postings.release(held)
            return postings.reserve(now.line, now.period, now.money).number
        case "spent":
            postings.spend(held)
            return None
    postings.release(held)
    return None


def cancel(ctx: Ctx, payload: CancelProgramme) -> None:
    """Needs that were not started never are; of the others it hears what becomes of them."""
    postings, running = Postings(ctx.facts, ctx.state.holdings), ctx.state.running
    for key, number in ctx.state.held.items():
        if ctx.state.started and key not in running:
            postings.release(number)
    for deadline in [one for one in ctx.case.deadlines if one.kind == PAGE]:
        ctx.add(DeadlineCleared(kind=deadline.kind, key=deadline.key))
    tasks.cancel(ctx, reason=payload.reason)
    ctx.add(
        content.ProgrammeCancelled(
            reason=payload.reason, by=ctx.command.actor, transfers=postings.transfers, at=ctx.facts.now
        )
    )  # fmt: skip


def give_up(ctx: Ctx, _payload: MoveCommitment) -> None:
    """The year ends and its money is not carried (BUD-09). Raises Refused `being-cancelled`."""
    if ctx.state.cancelled:
        raise Refused("being-cancelled", "It is being cancelled; its needs give their money back as they end.")
    cancel(ctx, CancelProgramme(reason="its money was not carried into the new year"))


def settle(ctx: Ctx) -> None:
    if ctx.state.cancelled and not ctx.state.running:
        close(ctx, status=Status.CANCELLED, reason="it was cancelled")


def all_through(ctx: Ctx, _event: GateClosed) -> None:
    """Who answers for it says what it brought; a cancelled one is over."""
    if ctx.state.cancelled:
        close(ctx, status=Status.CANCELLED, reason="it was cancelled")


def stage(state: ProgrammeState) -> Stage | None:
    if state.cancelled:
        return Stage.CANCELLING
    if state.started:
        return Stage.RUNNING
    return Stage.FUNDED if state.funded else None


def outcome(state: ProgrammeState) -> str | None:
    return Stage.COMPLETED if state.case.closed is Status.APPROVED else None


def effects(_before: ProgrammeState, event: Event, after: ProgrammeState) -> Sequence[Effect]:
    case = after.case
    to = tuple(person for person in (case.responsible,) if person)
    match event:
        case content.ProgrammeCancelled(reason=reason):
            return [
                TellCase(case=child_case(case.id, Child(key=key)), process=NEEDS.child, command="note-dropped",
                         payload={"reason": reason[:200]})
                for key in after.running
            ]  # fmt: skip
        case content.ProgrammeFunded():
            return [Notify(to=to, about=N_("The programme {case} is funded.", case=case.id))]
        case GateClosed():
            return [Notify(to=to, about=N_("All needs of the programme {case} are through.", case=case.id))]
    return []


def needs(state: ProgrammeState, _command: Command, payload: Value) -> Sequence[ClaimQuery | LinePeriod]:
    known = state.document.content
    if known is None:
        return []
    line, period = (getattr(payload, name, None) or getattr(known, name) for name in ("line", "period"))
    return [] if is_approved(state.case) else [LinePeriod(line, period)]


NEEDS: CycleSpec[ProgrammeState] = CycleSpec(child="training", command="open-need", payload=need_payload)
DOCUMENT = DocumentSpec(
    noun="programme", content=Programme, drafted=content.ProgrammePlanned, amended=content.ProgrammeAmended,
    title=content.title, check=content.check, amount="cost", material=frozenset(Programme.model_fields) - {"reason"},
    approved_as=frozenset({Stage.FUNDED}),
)  # fmt: skip
LIVE = frozenset({Stage.FUNDED, Stage.RUNNING})
TRAINING_PROGRAMME: Process[ProgrammeState] = process_of(
    Definition(
        name="training_programme",
        state=ProgrammeState,
        stages=Stage,
        includes=(
            document(DOCUMENT), recording(), cycle(NEEDS),
            turning(
                give_up, when=LIVE | {Stage.CANCELLING}, to=frozenset({Stage.CANCELLING, "cancelled"}),
                evolve=content.turned,
            ),
        ),
        commands=(
            opening(
                DOCUMENT, "plan-programme", content.PlanProgramme, label=N_("plan a training programme"),
                help=N_("Plans what people must learn for a technology that is adopted, replaced or retired."),
            ),
            CommandSpec(
                name="start-programme", payload=StartProgramme, by=(CaseRole.ASSIGNEE,), rule=start,
                when=frozenset({Stage.FUNDED}), to=frozenset({Stage.RUNNING}), label=N_("start"),
                help=N_("Opens a need for everybody whose gap the change creates. It cannot be taken back."),
            ),
            CommandSpec(
                name="close-programme", payload=CloseProgramme, by=(CaseRole.ASSIGNEE,), rule=conclude,
                when=frozenset({Stage.RUNNING}), to=frozenset({Stage.COMPLETED}), label=N_("close the programme"),
                help=N_("Says what the programme brought, once all its needs are through."),
            ),
            CommandSpec(
                name="note-need", payload=NoteNeed, by=(CaseRole.SYSTEM,), rule=note_need,
                to=frozenset({"cancelled"}), when=frozenset({Stage.RUNNING, Stage.CANCELLING}), label=N_("note need"),
                help=N_("A need says what became of its money."),
            ),
            CommandSpec(
                name="cancel-programme", payload=CancelProgramme, by=(CaseRole.REQUESTER,), rule=cancel, when=LIVE,
                to=frozenset({Stage.CANCELLING, "cancelled"}), label=N_("cancel the programme"),
                help=N_("Ends it; needs whose course has not begun end with it. It cannot be taken back."),
            ),
        ),
        events=(
            content.ProgrammeFunded, content.ProgrammeStarted, content.ProgrammeConcluded, content.NeedMoneyMoved,
            content.ProgrammeCancelled,
        ),
        evolve=evolve,
        stage=stage,
        outcome=outcome,
        ways=(
            (Stage.CANCELLING, "cancelled", "every need is through"),
        ),
        on=(Reaction(ReviewApproved, on_approved), Reaction(GateClosed, all_through)),
        settle=settle,
        effects=effects,
        needs=needs,
        tasks={"start": WHOLE, "conclude": WHOLE},
        parameters=DEFAULTS,
        default=Confidentiality(seen_by=INVOLVED_WORDS, others="nothing"),
        withdraws_from=frozenset({Stage.DRAFT, Stage.IN_APPROVAL, Stage.RETURNED}),
        fields={"cost": ("cost", "price", AMOUNT), "people": ("shares", "gap", "planned", "children")},
    )
)  # fmt: skip
