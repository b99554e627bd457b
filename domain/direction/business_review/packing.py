"""From the schedule to the pre-read: the cut-off freezes the numbers, the system makes the pack, members read it."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from domain.direction.business_review import events as e
from domain.direction.business_review.pack import REPORT, PackQuestion
from domain.direction.business_review.state import ReviewState, Stage
from domain.kernel.cases.case import Deadline
from domain.kernel.cases.case_events import DeadlineSet
from domain.kernel.commands import DeadlinePassed, Text
from domain.kernel.deciding import tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.effects import MakeReport
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.parameters import Parameters
from domain.kernel.report import Frozen, issue
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import calendar_of, today_of
from domain.kernel.value import Value
from domain.kernel.values.calendar import working_date
from domain.kernel.values.message import N_
from domain.organisation.units import refuse_ended

Ctx = DecisionContext[ReviewState]
PARAMETERS = Parameters("business_review", {"pre_read_days": 2, "pack_days": 1, "minutes_days": 3})
CUT_OFF, SEND = "cut-off", "send-pack"
AFTER_PACK = frozenset({Stage.PACK, Stage.PRE_READ, Stage.MEETING})


class ScheduleReview(e.Details):
    """Schedules a review. Its numbers are frozen at the end of the cut-off day; `previous` is the last review."""


class NotePack(Value):
    """Sent by the delivery that made the pack: what proves it."""

    frozen: Frozen
    corrects: Annotated[int, Field(ge=1)] | None = None


class SendPreRead(Value):
    note: Annotated[str, Field(max_length=2000)] = ""


class Restate(Value):
    reason: Text


class ChallengeNumber(Value):
    """`where`: the section and row, such as money it-licences 2026."""

    where: e.Short
    value: e.Short
    text: Text


def schedule(ctx: Ctx, payload: ScheduleReview) -> None:
    """Raises Refused `no-such-unit`, `unknown-person`, `pre-read-too-short`, `past-day`."""
    details, facts, by = e.Details.model_validate(dict(payload)), ctx.facts, ctx.command.actor
    _refuse_unfit(facts, details, by)
    cut_at = working_day_end(facts, by, details.cut_off)
    title = N_("Business review {period} of {unit}", period=details.period, unit=details.unit)
    ctx.add(
        e.ReviewScheduled(
            requester=by, title=title, unit=details.unit, at=facts.now, details=details, cut_at=cut_at
        ),
        DeadlineSet(deadline=Deadline(kind=CUT_OFF, key=CUT_OFF, at=max(cut_at, facts.now))),
    )  # fmt: skip


def _refuse_unfit(facts: Facts, details: e.Details, by: str) -> None:
    if details.unit not in facts.organisation.units:
        raise Refused("no-such-unit", "There is no unit {unit}; name one of the organisation.", unit=details.unit)
    refuse_ended(facts.organisation, details.unit, facts.now.date())
    for person in (details.chair, *details.members):
        if not facts.organisation.works_here(person, today_of(facts, person)):
            raise Refused("unknown-person", "Nobody with the id {person} works here.", person=person)
    days = int(PARAMETERS.number(facts, "pre_read_days"))
    first = working_date(calendar_of(facts, by), max(details.cut_off, today_of(facts, by)), days)
    if details.meeting < first:
        template = "The pack needs {days} working days of reading after the cut-off; meet on {first} or later."
        raise Refused("pre-read-too-short", template, days=days, first=first.isoformat())


def cut(ctx: Ctx, _deadline: DeadlinePassed) -> None:
    assert ctx.state.cut_at is not None
    ctx.add(e.NumbersCut(cut_at=ctx.state.cut_at, at=ctx.facts.now))


def note_pack(ctx: Ctx, payload: NotePack) -> None:
    """Raises Refused as `issue` does, `no-pack-asked`."""
    if ctx.state.issued.newest is not None and not ctx.state.restating:
        raise Refused("no-pack-asked", "Case {case} waits for no pack.", case=ctx.case.id)
    number = issue(ctx, payload.frozen, corrects=payload.corrects)
    if number == 1:
        tasks.assign(
            ctx, kind=SEND, title=N_("Send the pack to the chair and the members"), subject=SEND,
            assignees=(ctx.case.responsible or "",), basis="answers for the review", command="send-pre-read",
            without_end=True, due_days=PARAMETERS.number(ctx.facts, "pack_days"),
        )  # fmt: skip


def send_pre_read(ctx: Ctx, payload: SendPreRead) -> None:
    """Raises Refused `being-restated` while another pack is on its way."""
    if ctx.state.restating:
        raise Refused("being-restated", "The pack is being restated just now; send it in a moment.")
    send(ctx, payload.note)
    meeting = ctx.state.the_details.meeting
    by = ctx.case.responsible or ""
    tasks.assign(
        ctx, kind="meet", title=N_("Hold the meeting and record who came"), subject="meet", assignees=(by,),
        basis="answers for the review", command="hold-meeting", without_end=True,
        due_at=max(working_day_end(ctx.facts, by, meeting), ctx.facts.now),
    )  # fmt: skip


def send(ctx: Ctx, note: str) -> None:
    """The pack goes to its readers; a cancelled meeting sends it too (QBR-04)."""
    tasks.done(ctx, kind=SEND, subject=SEND)
    by = ctx.case.responsible or ""
    days = _working_days(ctx.facts, by, ctx.state.the_details.meeting)
    number = len(ctx.state.issued.reports)
    ctx.add(e.PreReadSent(number=number, days=days, note=note, by=ctx.command.actor, at=ctx.facts.now))


def _working_days(facts: Facts, person: str, meeting: date) -> int:
    """Working days from today to the meeting."""
    calendar, today = calendar_of(facts, person), today_of(facts, person)
    return next((days for days in range(60) if working_date(calendar, today, days + 1) > meeting), 60)


def restate(ctx: Ctx, payload: Restate) -> None:
    """Raises Refused `being-restated`."""
    if ctx.state.restating:
        raise Refused("being-restated", "The pack is being restated just now; wait for that one.")
    number = len(ctx.state.issued.reports)
    ctx.add(e.RestatementAsked(corrects=number, reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))


def challenge(ctx: Ctx, payload: ChallengeNumber) -> None:
    ctx.add(e.NumberChallenged(**dict(payload), by=ctx.command.actor, at=ctx.facts.now))


def pack_asked(state: ReviewState, event: e.NumbersCut | e.RestatementAsked) -> MakeReport:
    """The first pack is of the log at the cut-off; a restated one of what is known now of the same days (QBR-01)."""
    details = state.the_details
    asked = PackQuestion(unit=details.unit, until=details.cut_off, previous=details.previous)
    as_of, payload = (
        (event.cut_at, dict[str, Any]())
        if isinstance(event, e.NumbersCut)
        else (event.at, {"corrects": event.corrects})
    )
    return MakeReport(
        report=REPORT.name, asked=asked.model_dump(mode="json"), as_of=as_of, case=state.case.id,
        process=state.case.process, command="note-pack", payload=payload,
    )  # fmt: skip
