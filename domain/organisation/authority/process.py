"""The process `authority`: a limit is granted or revoked by approval, and takes effect in the organisation once."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import CaseClosed, ReviewApproved
from domain.kernel.commands import Hold
from domain.kernel.deciding.tasks import ANSWER
from domain.kernel.decision_context import DecisionContext
from domain.kernel.definition import CaseState, Definition, Guard, Reaction, process_of
from domain.kernel.document import Amended, Derived, Document, DocumentSpec, Drafted, document, is_approved, opening
from domain.kernel.effects import Claim, Effect, Notify, Release
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.handle import close
from domain.kernel.process import Process
from domain.kernel.recording import Recorded, Recording, ask_record, recording
from domain.kernel.routing.eligibility import today_of
from domain.kernel.showing.confidential import AMOUNT
from domain.kernel.showing.task_sight import CONDITION
from domain.kernel.values.message import N_
from domain.organisation import record
from domain.organisation.authority import content as asked
from domain.organisation.authority.content import LimitChange
from domain.organisation.authority.limit_changes import plan
from domain.organisation.events import LimitEnded, LimitSet
from domain.organisation.model import Limit

REVIEW = "limit"
"""The id of the only review of a case, and the field of the state with what is asked for."""
TASKS_SHOW = ("limit.content.reason", "limit.content.person", "limit.content.category")
CLAIM = "authority"
"""The kind of claim that keeps two changes of one person's authority in one category apart."""


class Stage(StrEnum):
    """Where a change of authority stands. It may be granted or revoked while a task of the case is still open."""

    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    RECORDING = "recording"
    GRANTED = "granted"
    REVOKED = "revoked"


class LimitRequested(Drafted[LimitChange]):
    sentence = N_("{requester} asked for a change of authority")


class LimitAmended(Amended[LimitChange]):
    sentence = N_("{by} changed what is asked for: {changed}")


class LimitApproved(Event):
    """The change was approved. `ended` and `given` are what the organisation has yet to record, with their days."""

    sentence = N_("the change of authority is approved")
    ended: tuple[Limit, ...]
    given: tuple[Limit, ...]
    at: datetime


class AuthorityState(CaseState):
    """`recorded` once the organisation holds the change, or had nothing to change."""

    limit: Document[LimitChange] = Document[LimitChange]()
    recording: Recording = Recording()
    recorded: bool = False


Wire = DecisionContext[AuthorityState]


def on_approved(ctx: Wire, _event: ReviewApproved) -> None:
    """What the organisation has to record is fixed here, by the organisation of this moment."""
    change = ctx.state.limit.the_content
    today, ends = today_of(ctx.facts, change.person), change.change == "revoke"
    ended, given = plan(ctx.facts.organisation, change.limit, today, ends=ends)
    ctx.add(LimitApproved(ended=ended, given=given, at=ctx.facts.now))
    events: list[Event] = [LimitEnded(limit=limit, effective=limit.end) for limit in ended if limit.end]
    events += [LimitSet(limit=limit, effective=limit.start) for limit in given if limit.start]
    ask_record(ctx, record.STREAM, events)


def refuse_hold(ctx: Wire, _payload: Hold) -> None:
    if is_approved(ctx.case, REVIEW):
        raise Refused("approved", "The change is approved; it can no longer be held.")


def close_when_recorded(ctx: Wire) -> None:
    """The second look at an override may still be open: closing would cancel it (KRN-44)."""
    if ctx.state.recorded and not ctx.case.tasks:
        close(ctx, status=Status.APPROVED, reason="the organisation is as was approved")


def evolve(state: AuthorityState, event: Event) -> AuthorityState:
    match event:
        case LimitApproved():
            return state.model_copy(update={"recorded": not (event.ended or event.given)})
        case Recorded():
            return state.model_copy(update={"recorded": True})
    return state


def stage(state: AuthorityState) -> Stage | None:
    if state.recorded:
        return Stage.GRANTED if state.limit.the_content.change == "grant" else Stage.REVOKED
    return Stage.RECORDING if is_approved(state.case, REVIEW) else None


def effects(_before: AuthorityState, event: Event, after: AuthorityState) -> Sequence[Effect]:
    if not isinstance(event, Recorded):
        return []
    change, case = after.limit.the_content, after.case.id
    about = N_("Your authority in {category} was changed by {case}.", category=change.category, case=case)
    return [Notify(to=(change.person,), about=about)]


def claims(before: AuthorityState, event: Event) -> Sequence[Claim | Release]:
    match event:
        case LimitRequested(content=change):
            return [Claim(kind=CLAIM, key=f"{change.person}|{change.category}", exclusive=True)]
        case CaseClosed():
            change = before.limit.the_content
            return [Release(kind=CLAIM, key=f"{change.person}|{change.category}")]
    return []


DOCUMENT = DocumentSpec(
    name=REVIEW, noun="limit", content=LimitChange, drafted=LimitRequested, amended=LimitAmended, drafts=False,
    title=asked.title, check=asked.check, check_change=asked.check_change, content_of=asked.change_of,
    unit=asked.unit_of, amount="up_to",
    material=frozenset({"person", "category", "up_to", "unit", "start", "end", "reason"}), unseen=frozenset({"change"}),
    fixed=frozenset({"change", "person", "category"}), subjects=lambda _facts, change: (change.person,),
    derived={"currency": Derived("currency", lambda change: change.up_to.currency)},
    routes=frozenset({"grant", "revoke"}), route=lambda change: change.change,
    approved_as=frozenset({Stage.RECORDING, Stage.GRANTED, Stage.REVOKED}),
)  # fmt: skip
AUTHORITY: Process[AuthorityState] = process_of(
    Definition(
        name="authority",
        state=AuthorityState,
        stages=Stage,
        includes=(document(DOCUMENT), recording()),
        commands=(
            opening(
                DOCUMENT, "request-limit", asked.RequestLimit, label=N_("ask for a spending limit"),
                help=N_("Asks that a person may approve up to an amount in a category, in a unit and below it."),
            ),
            opening(
                DOCUMENT, "revoke-limit", asked.RevokeLimit, label=N_("end a spending limit"),
                help=N_("Asks to end a limit of a person: from the day “until” on, or once it is approved."),
            ),
        ),
        events=(LimitApproved,),
        folds=(Recorded,),
        evolve=evolve,
        stage=stage,
        outcome=lambda state: stage(state) if state.recorded else None,
        ways=(
            (Stage.RECORDING, Stage.GRANTED, "note-recorded, of a grant"),
            (Stage.RECORDING, Stage.REVOKED, "note-recorded, of a revocation"),
        ),
        on=(Reaction(ReviewApproved, on_approved),),
        guards=(Guard(Hold, refuse_hold),),
        settle=close_when_recorded,
        withdraws_from=frozenset({Stage.IN_APPROVAL, Stage.RETURNED}),
        holds_from=frozenset({Stage.IN_APPROVAL, Stage.RETURNED}),
        effects=effects,
        claims=claims,
        fields={"up_to": ("up_to", AMOUNT)},
        tasks=dict.fromkeys((ANSWER, CONDITION), TASKS_SHOW),
    )
)  # fmt: skip
