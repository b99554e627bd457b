"""From the draft that writes itself to the report that was read: words, approval, sending, correcting."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from domain.direction.status_report import events as e
from domain.direction.status_report.content import (
    Colour,
    Facts,
    Kind,
    Letter,
    Person,
    SentReport,
    Statement,
    Words,
)
from domain.direction.status_report.state import StatusState
from domain.kernel import duty
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import (
    ReviewApproved,
    ReviewEnded,
    ReviewRejected,
    ReviewReturned,
    TaskAssigned,
)
from domain.kernel.commands import Text, Withdraw
from domain.kernel.deciding import approval, tasks
from domain.kernel.decision_context import DecisionContext
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts as World
from domain.kernel.handle import close
from domain.kernel.parameters import Parameters
from domain.kernel.report import Frozen, issue, refuse_uncorrectable
from domain.kernel.routing.eligibility import today_of
from domain.kernel.value import Value
from domain.kernel.values.content import Content
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money
from domain.kernel.values.reference import Reference
from domain.organisation.policy_needs import PolicyFields

Ctx = DecisionContext[StatusState]
PARAMETERS = Parameters("status_report", {"every_months": 1, "draft_days": 3, "read_days": 5, "mend_days": 2})
ROUTE = "report"
ROUTES = {
    ROUTE: PolicyFields(
        material={"headline": "word", "colour": "word", "why": "other", "statements": "other", "facts": "other"},
        data={"corrects": "number"}, amount=False,
    )
}  # fmt: skip
REPORTING, READ, MEND = "report-status", "read-report", "mend-report"
Readers = Annotated[tuple[Person, ...], Field(min_length=1, max_length=40)]


class OpenReporting(Value):
    """`first` is the day of the first report, by default one period from today."""

    unit: Annotated[str, Field(max_length=80), Reference("unit")]
    readers: Readers
    first: date | None = None


class SignLetter(Value):
    """What the author decides alone: daily operations and the execution of the plan, up to `money` and `days`."""

    text: Text
    money: Money
    days: Annotated[int, Field(ge=0, le=3650)]


class DraftStatus(Value):
    """Has the draft made now, before its day."""


class NoteFacts(Value):
    """Sent by the system once the report of the log is made."""

    frozen: Frozen
    body: Facts
    corrects: Annotated[int, Field(ge=1)] | None = None


class EditStatus(Words):
    """The whole of the author's words; what is left out is gone."""


class SubmitStatus(Value):
    """Sends facts and words for approval; approved, they go to the readers."""


class AcknowledgeStatus(Value):
    number: Annotated[int, Field(ge=1, le=10_000)]


class CorrectStatus(Value):
    """A report that went out stays as it is; another takes its place and goes to the same readers."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    reason: Text


class ChangeReaders(Value):
    readers: Readers


class EndReporting(Value):
    reason: Text


def open_reporting(ctx: Ctx, payload: OpenReporting) -> None:
    """Raises Refused `no-such-unit`, `unknown-person`, `own-report`, `past-day`."""
    facts, by = ctx.facts, ctx.command.actor
    if payload.unit not in facts.organisation.units:
        raise Refused("no-such-unit", "There is no unit {unit}; name one of the organisation.", unit=payload.unit)
    _refuse_readers(facts, payload.readers, by)
    if payload.first is not None and payload.first <= today_of(facts, by):
        raise Refused("past-day", "The first report is due tomorrow or later.")
    ctx.add(
        e.ReportingOpened(
            requester=by, title=N_("Status of {unit}", unit=payload.unit), unit=payload.unit, at=facts.now,
            readers=payload.readers, first=payload.first,
        )
    )  # fmt: skip
    duty.begin(DUTY, ctx, payload.first)


def _refuse_readers(facts: World, readers: Sequence[str], author: str) -> None:
    for person in readers:
        if not facts.organisation.works_here(person, today_of(facts, person)):
            raise Refused("unknown-person", "Nobody with the id {person} works here.", person=person)
    if author in readers:
        raise Refused("own-report", "{person} writes the report and is none of its readers.", person=author)


def sign_letter(ctx: Ctx, payload: SignLetter) -> None:
    """Raises Refused `not-above`: only a reader above the author delegates (SNR-01)."""
    by, today = ctx.command.actor, today_of(ctx.facts, ctx.command.actor)
    if not ctx.facts.organisation.reports_to(ctx.state.author, by, today):
        template = "{author} does not report to {actor}; the letter is signed by somebody above the author."
        raise Refused("not-above", template, author=ctx.state.author, actor=by)
    letter = Letter(**dict(payload), by=by, on=today)
    ctx.add(e.LetterSigned(letter=letter, by=by, at=ctx.facts.now))


def draft_status(ctx: Ctx, _payload: DraftStatus) -> None:
    _ask_draft(ctx)


def on_due(ctx: Ctx, event: TaskAssigned) -> None:
    """The draft writes itself when the report is asked for."""
    idle = ctx.state.collecting is None and ctx.state.draft is None
    if event.task.kind == REPORTING and idle:
        _ask_draft(ctx)


def _ask_draft(ctx: Ctx) -> None:
    newest = ctx.state.newest
    since = newest.facts.at if newest else ctx.state.opened
    assert since is not None
    problems = tuple(newest.problems) if newest else ()
    _ask(ctx, since, ctx.facts.now, problems)


def _ask(
    ctx: Ctx, since: datetime, until: datetime, problems: tuple[str, ...], old: SentReport | None = None, why: str = ""
) -> None:
    ctx.add(
        e.DraftAsked(
            since=since, until=until, problems=problems, corrects=old.number if old else None, reason=why,
            words=old.words if old else None, by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip


def note_facts(ctx: Ctx, payload: NoteFacts) -> None:
    """Raises Refused `no-draft-asked`."""
    asked = ctx.state.collecting
    if asked is None or payload.corrects != asked.corrects:
        raise Refused("no-draft-asked", "Case {case} waits for no draft.", case=ctx.case.id)
    ctx.add(
        e.StatusDrafted(frozen=payload.frozen, facts=payload.body, corrects=payload.corrects, at=ctx.facts.now)
    )  # fmt: skip
    if asked.corrects is not None or not any(task.kind == REPORTING for task in ctx.case.tasks.values()):
        _ask_to_write(ctx, N_("Write the status of {unit}", unit=ctx.case.unit or ""))


def edit_status(ctx: Ctx, payload: EditStatus) -> None:
    """Raises Refused `two-of-one-key`, `no-such-fact`."""
    words = Words.model_validate(dict(payload))
    keys = [one.key for one in words.statements]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise Refused("two-of-one-key", "Two statements have the key {key}; give each its own.", key=twice[0])
    known = {fact.key for fact in ctx.state.the_draft.facts.facts}
    if unknown := [one.about for one in words.statements if one.about is not None and one.about not in known]:
        raise Refused("no-such-fact", "The draft has no fact {key}; name one of its facts.", key=unknown[0])
    ctx.add(
        e.DraftEdited(headline=words.headline, words=words, by=ctx.command.actor, at=ctx.facts.now)
    )  # fmt: skip


def submit_status(ctx: Ctx, _payload: SubmitStatus) -> None:
    """Raises Refused `nothing-written`, `explain-difference`, `not-ended`, `red-needs-step`."""
    draft = ctx.state.the_draft
    if draft.words is None:
        raise Refused("nothing-written", "Write the headline and the colour first, with edit-status.")
    before = _before(ctx.state, draft.corrects)
    _refuse_unexplained(draft.facts, draft.words)
    _refuse_vanished(draft.facts, draft.words, before)
    _refuse_idle(draft.facts, draft.words, before)
    tasks.done(ctx, kind=MEND, subject=MEND)
    if draft.corrects is None and ctx.state.reporting.due is not None:
        duty.met(DUTY, ctx)
    review = f"{ROUTE}-{ctx.state.reviews + 1}"
    ctx.add(e.StatusSubmitted(review=review, by=ctx.command.actor, at=ctx.facts.now))
    material = {
        "headline": draft.words.headline, "colour": draft.words.declared.value, "why": draft.words.why,
        "statements": [_line(one) for one in draft.words.statements], "facts": draft.frozen.hash,
    }  # fmt: skip
    content = Content(
        requester=ctx.case.requester or "", unit=ctx.case.unit or "", material=material,
        data={**material, "corrects": draft.corrects or 0},
    )  # fmt: skip
    approval.open_review(ctx, review, ROUTE, content)


def _line(one: Statement) -> str:
    parts = (one.text, one.impact, one.result, one.on.isoformat() if one.on else "")
    return f"{one.kind.value} {one.key}: " + "; ".join(part for part in parts if part)


def _before(state: StatusState, corrects: int | None) -> SentReport | None:
    """The report of the period before this one."""
    if corrects is None:
        return state.newest
    return state.number(corrects - 1)


def _refuse_unexplained(facts: Facts, words: Words) -> None:
    if words.declared is not facts.colour and not words.why:
        template = "The facts say {computed} ({reasons}); say why you declare {declared}."
        raise Refused(
            "explain-difference", template, computed=facts.colour.value, declared=words.declared.value,
            reasons=", ".join(str(one) for one in facts.reasons[:5]) or "nothing else",
        )  # fmt: skip


def _refuse_vanished(facts: Facts, words: Words, before: SentReport | None) -> None:
    """What was a problem is one still, is no longer one by the log, or its author says how it ended (STS-03)."""
    here = {fact.key for fact in (*facts.facts, *facts.ended)} | {one.key for one in words.of(Kind.PROBLEM)}
    here |= {one.key for one in words.endings}
    if gone := [f"{key} ({text})" for key, text in (before.problems if before else {}).items() if key not in here]:
        template = "These were problems in the last report and are not here: {keys}. Keep them, or say how each ended."
        raise Refused("not-ended", template, keys="; ".join(gone[:10]))


def _refuse_idle(facts: Facts, words: Words, before: SentReport | None) -> None:
    """The second red in a row needs a step that was not named before (STS-03)."""
    red = Colour.RED in (words.declared, facts.colour)
    if before is None or not before.is_red or not red:
        return
    known = {one.text for one in before.words.of(Kind.STEP)}
    if not {one.text for one in words.of(Kind.STEP)} - known:
        raise Refused("red-needs-step", "It is red for the second time; write a new step, and what it is to change.")


def on_approved(ctx: Ctx, event: ReviewApproved) -> None:
    """It goes out at once: to the readers of the line, a correction to those who got what it corrects (STS-06)."""
    if event.review != ctx.state.review:
        return
    draft, old = ctx.state.the_draft, ctx.state.number(ctx.state.the_draft.corrects or 0)
    number = issue(ctx, draft.frozen, corrects=draft.corrects)
    readers = old.readers if old else ctx.state.readers
    ctx.add(
        e.StatusSent(number=number, readers=readers, corrects=draft.corrects, by=ctx.state.author, at=ctx.facts.now)
    )  # fmt: skip
    for person in readers:
        tasks.assign(
            ctx, kind=READ, title=N_("Read status {number} of {unit}", number=str(number), unit=ctx.case.unit or ""),
            subject=f"{number} {person}", assignees=(person,), basis="reader", command="acknowledge-status",
            without_end=True, due_days=PARAMETERS.number(ctx.facts, "read_days"),
        )  # fmt: skip


def on_refused(ctx: Ctx, event: ReviewRejected | ReviewReturned | ReviewEnded) -> None:
    """The words are written anew; a returned review ends, another one follows."""
    if event.review != ctx.state.review:
        return
    ctx.add(e.StatusRefused(review=event.review, at=ctx.facts.now))
    approval.end(ctx, event.review, "cancelled", "it was not approved as it was")
    _ask_to_write(ctx, N_("Write the status of {unit} anew", unit=ctx.case.unit or ""))


def _ask_to_write(ctx: Ctx, title: Message) -> None:
    tasks.assign(
        ctx, kind=MEND, title=title, subject=MEND, assignees=(ctx.state.author,), basis="author",
        command="submit-status", without_end=True, due_days=PARAMETERS.number(ctx.facts, "mend_days"),
    )  # fmt: skip


def acknowledge_status(ctx: Ctx, payload: AcknowledgeStatus) -> None:
    """Raises Refused `no-such-report`, `not-a-reader`, `read-already`."""
    report, by = ctx.state.number(payload.number), ctx.command.actor
    if report is None:
        raise Refused("no-such-report", "There is no report {number} in this case.", number=payload.number)
    if by not in report.readers:
        raise Refused("not-a-reader", "Report {number} did not go to {actor}.", number=payload.number, actor=by)
    if by in report.read:
        raise Refused("read-already", "{actor} has read report {number} already.", number=payload.number, actor=by)
    tasks.done(ctx, kind=READ, subject=f"{payload.number} {by}")
    ctx.add(e.StatusRead(number=payload.number, by=by, at=ctx.facts.now))


def correct_status(ctx: Ctx, payload: CorrectStatus) -> None:
    """Raises Refused `no-such-report`, `corrected-already`."""
    refuse_uncorrectable(ctx.state.issued, payload.number)
    report = ctx.state.number(payload.number)
    assert report is not None, "what was issued was sent by the same decision"
    before = _before(ctx.state, payload.number)
    problems = tuple(before.problems) if before else ()
    _ask(ctx, report.facts.since, ctx.facts.now, problems, report, payload.reason)


def change_readers(ctx: Ctx, payload: ChangeReaders) -> None:
    """Of the reports to come. Raises Refused `unknown-person`, `own-report`."""
    _refuse_readers(ctx.facts, payload.readers, ctx.state.author)
    ctx.add(e.ReadersChanged(readers=payload.readers, by=ctx.command.actor, at=ctx.facts.now))


def end_reporting(ctx: Ctx, payload: EndReporting) -> None:
    duty.end(DUTY, ctx)
    tasks.cancel(ctx, reason="the reporting ended", kind=READ)
    ctx.add(e.ReportingEnded(reason=payload.reason, by=ctx.command.actor, at=ctx.facts.now))
    close(ctx, status=Status.APPROVED, reason=payload.reason)


def refuse_withdrawal(ctx: Ctx, _payload: Withdraw) -> None:
    """Raises Refused `reported-already`: what was read stays."""
    if ctx.state.sent:
        raise Refused("reported-already", "Reports went out already; end the reporting with end-reporting.")


DUTY: duty.DutySpec[StatusState] = duty.DutySpec(
    kind=REPORTING, name="reporting", command="submit-status",
    every=lambda facts: duty.Every(months=int(PARAMETERS.number(facts, "every_months"))),
    owner=lambda state: state.author,
    title=lambda state: N_("Report on {unit}", unit=state.case.unit or ""),
    lead=lambda facts: int(PARAMETERS.number(facts, "draft_days")),
)  # fmt: skip
