"""The draft that the log writes: what was reached, what is a problem, what comes next, and what waits for the readers.

A pure function of the log up to an instant (STS-04). A process that is not there leaves out its facts; both give the
same draft, so that one made before the process came can still be made again.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from domain.direction.business_review.pack import MoneyRow, exposure, money, people, units_within
from domain.direction.status_report.content import MOST, Below, Colour, Fact, Facts, Key, Kind, MoneyLine
from domain.direction.status_report.state import StatusState
from domain.kernel.cases.case import Status, Task
from domain.kernel.deciding.tasks import DECIDE
from domain.kernel.items import Items
from domain.kernel.report import Happening, ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.reference import Reference

PROCESS = "status_report"
LOOKED_AT = (
    "hiring", "job_description", "project_request", "project", "budget", "spending", "saving", "training_programme",
    "strategy", "business_review", "coordination",
)  # fmt: skip
"""Whose cases a status tells of. Reviews and discipline are nobody's news."""
AHEAD = timedelta(days=45)
"""How far the next steps look ahead."""
HARD = 12
"""Probability times impact from which a risk is a problem."""
PROGRESS: Mapping[str, Message] = {
    "ReviewApproved": N_("approved"),
    "BaselineSet": N_("its baseline is approved"),
    "GateDecided": N_("a gate was decided"),
    "ProjectFinished": N_("finished"),
    "BenefitMeasured": N_("a benefit was measured"),
    "OfferAccepted": N_("an offer was accepted"),
    "SeatFilled": N_("a seat is filled"),
    "DecisionTaken": N_("a decision was taken"),
    "DeliveryAccepted": N_("what was delivered is accepted"),
    "ItemClosed": N_("an item of its log is closed"),
}
"""The events that a status tells as progress."""


class StatusQuestion(Value):
    """`author` reports to `readers` on `unit`: what happened after `since`; `problems` are those of the last report."""

    unit: Annotated[str, Field(max_length=80), Reference("unit")]
    author: Annotated[str, Field(max_length=64), Reference("person")]
    readers: tuple[Annotated[str, Field(max_length=64)], ...] = ()
    since: datetime
    problems: tuple[Key, ...] = ()


def build(snapshot: Snapshot, asked: StatusQuestion) -> Facts:
    within, today = units_within(snapshot, asked.unit), snapshot.organisation.day_of(asked.author, snapshot.at)
    cases = [
        (case, state)
        for process in LOOKED_AT
        for case, state in sorted(snapshot.of(process).items())
        if state.case.unit in within
    ]
    below = _below(snapshot, asked, within)
    rows = money(snapshot, within, today)
    found = [fact for case, state in cases for fact in _facts_of(snapshot, asked, case, state, today)]
    found += [
        *_overspent(rows),
        *(_red_below(one) for one in below if one.colour is not Colour.GREEN),
    ]
    facts = tuple(fact for kind in Kind for fact in [one for one in found if one.kind is kind][:MOST])
    problems = [fact for fact in facts if fact.kind is Kind.PROBLEM]
    worst = max((fact.colour for fact in problems), key=_ORDER.index, default=Colour.GREEN)
    reasons = tuple(fact.what for fact in problems if fact.colour is worst)
    return Facts(
        unit=asked.unit, since=asked.since, at=snapshot.at, colour=worst, reasons=reasons[:MOST], money=_money(rows),
        people=people(snapshot, within, today), facts=facts, below=below,
        ended=_ended(snapshot, asked, {fact.key for fact in problems}),
    )  # fmt: skip


_ORDER = (Colour.GREEN, Colour.AMBER, Colour.RED)


def _facts_of(snapshot: Snapshot, asked: StatusQuestion, case: str, state: Any, today: date) -> Iterator[Fact]:
    title = state.case.title or N_("case {case}", case=case)
    for type_, happened in _new(snapshot, asked, case).items():
        if type_ in PROGRESS or (type_ == "CaseClosed" and state.case.closed is Status.APPROVED):
            yield Fact(
                key=f"{case} {type_}", kind=Kind.PROGRESS, case=case, title=title,
                what=PROGRESS.get(type_, N_("done")), since=happened[0].at,
                versions=tuple(one.version for one in happened),
            )  # fmt: skip
    if state.case.closed is None:
        yield from _late(snapshot, case, state, title)
        yield from _project(snapshot, case, state, title, today)
        yield from _asks(snapshot, asked, case, state, title)


def _new(snapshot: Snapshot, asked: StatusQuestion, case: str) -> dict[str, list[Happening]]:
    """The events after the last report by type, oldest first."""
    found: dict[str, list[Happening]] = {}
    for one in snapshot.events.get(case, ()):
        if one.at > asked.since:
            found.setdefault(one.type, []).append(one)
    return found


def _late(snapshot: Snapshot, case: str, state: Any, title: Message) -> Iterator[Fact]:
    late: list[Task] = [task for task in state.case.tasks.values() if task.timing.due_at < snapshot.at]
    if late:
        waits = ", ".join(dict.fromkeys(person for task in late for person in task.people))
        yield Fact(
            key=f"{case} late", kind=Kind.PROBLEM, case=case, title=title, colour=Colour.AMBER,
            what=N_("late: it waits for {people}", people=waits), since=min(task.timing.due_at for task in late),
            versions=_last(snapshot, case, "TaskAssigned"),
        )  # fmt: skip


def _project(snapshot: Snapshot, case: str, state: Any, title: Message, today: date) -> Iterator[Fact]:
    """What a project says: an exception, a red of its own, open issues and hard risks, and its next milestones."""
    newest = next(iter(reversed(getattr(state, "reports", ()) or ())), None)
    if getattr(state, "broken", ()):
        yield Fact(
            key=f"{case} exception", kind=Kind.PROBLEM, case=case, title=title, colour=Colour.RED,
            what=N_("beyond the tolerances of its letter"), versions=_last(snapshot, case, "ExceptionRaised"),
        )  # fmt: skip
    if newest is not None and getattr(newest, "is_red", False):
        yield Fact(
            key=f"{case} red", kind=Kind.PROBLEM, case=case, title=title, colour=Colour.RED,
            what=N_("reported red: {summary}", summary=newest.summary), since=newest.at,
            versions=_last(snapshot, case, "StatusReported"),
        )  # fmt: skip
    log = getattr(state, "log", None)
    for number, item in enumerate(log.entries.values() if isinstance(log, Items) else ()):
        hard = (exposure(item) or 0) >= HARD
        if item.state == "open" and (item.details.get("kind") == "issue" or hard):
            yield Fact(
                key=f"{case} {item.id}", kind=Kind.PROBLEM, case=case, title=title, colour=Colour.AMBER,
                what=N_("{text} ({owner}, until {due})", text=item.text, owner=item.owner, due=item.due.isoformat()),
                since=item.written, versions=_nth(snapshot, case, "ItemAdded", number),
            )  # fmt: skip
    yield from _milestones(snapshot, case, state, title, today)


def _milestones(snapshot: Snapshot, case: str, state: Any, title: Message, today: date) -> Iterator[Fact]:
    for id_, work in getattr(state, "works", {}).items():
        activity = work.activity
        if activity.milestone and work.is_open and activity.ends and activity.ends <= today + AHEAD:
            yield Fact(
                key=f"{case} {id_}", kind=Kind.NEXT, case=case, title=title,
                what=N_("milestone {name}", name=activity.title), on=activity.ends,
                versions=_last(snapshot, case, "PlanSet", "ActivityMoved", "ProjectChartered"),
            )  # fmt: skip


def _asks(snapshot: Snapshot, asked: StatusQuestion, case: str, state: Any, title: Message) -> Iterator[Fact]:
    for task in state.case.tasks.values():
        if task.kind == DECIDE and set(task.people) & set(asked.readers):
            yield Fact(
                key=f"{task.id} decide", kind=Kind.ASK, case=case, title=title,
                what=N_("decide: {task}", task=str(task.title)), on=task.timing.due_at.date(),
                versions=_last(snapshot, case, "TaskAssigned"),
            )  # fmt: skip


def _money(rows: Sequence[MoneyRow]) -> tuple[MoneyLine, ...]:
    fields = ("plan", "actual", "committed", "reserved", "available")
    totals: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        line = totals.setdefault(row.currency, dict.fromkeys(fields, Decimal(0)))
        for name in fields:
            line[name] += getattr(row, name)
    return tuple(MoneyLine(currency=currency, **line) for currency, line in sorted(totals.items()))


def _overspent(rows: Sequence[MoneyRow]) -> Iterator[Fact]:
    for row in rows:
        if row.available < 0:
            yield Fact(
                key=f"{row.line} {row.period}", kind=Kind.PROBLEM, case="", colour=Colour.RED,
                title=N_("budget line {line}, {period}", line=row.line, period=row.period),
                what=N_("overspent by {amount} {currency}", amount=f"{-row.available:,}", currency=row.currency),
            )  # fmt: skip


def _below(snapshot: Snapshot, asked: StatusQuestion, within: frozenset[str]) -> tuple[Below, ...]:
    """Who reports to the author, or on a unit below theirs."""
    found = []
    for case, state in sorted(snapshot.of(PROCESS).items()):
        assert isinstance(state, StatusState)
        reports_here = asked.author in state.readers or state.case.unit in within - {asked.unit}
        if state.case.closed is None and reports_here and state.author != asked.author:
            newest = state.newest
            found.append(
                Below(
                    case=case, unit=state.case.unit or "", author=state.author, colour=state.colour,
                    headline=newest.words.headline if newest else None, number=newest.number if newest else None,
                    at=newest.at if newest else None, letter=state.letter.text if state.letter else None,
                )
            )  # fmt: skip
    return tuple(found[:MOST])


def _red_below(one: Below) -> Fact:
    """No fresh report is a problem, as a red one is (STS-08)."""
    what = {
        Colour.NONE: N_("no fresh report from {author}", author=one.author),
        Colour.AMBER: N_("{author} reports amber", author=one.author),
        Colour.RED: N_("{author} reports red", author=one.author),
    }[one.colour]
    return Fact(
        key=f"{one.case} colour", kind=Kind.PROBLEM, case=one.case, title=N_("Status of {unit}", unit=one.unit),
        what=what, colour=Colour.RED if one.colour is Colour.RED else Colour.AMBER, since=one.at,
    )  # fmt: skip


def _ended(snapshot: Snapshot, asked: StatusQuestion, still: set[str]) -> tuple[Fact, ...]:
    """Problems that the log knew and that no longer are; the author's own are no keys of the log."""
    known = {case: state for process in (*LOOKED_AT, PROCESS) for case, state in snapshot.of(process).items()}
    found = []
    for key in asked.problems:
        case = key.partition(" ")[0]
        if key not in still and case in known:
            after = [one.version for one in snapshot.events.get(case, ()) if one.at > asked.since]
            title = known[case].case.title or N_("case {case}", case=case)
            found.append(
                Fact(
                    key=key, kind=Kind.STEP, case=case, title=title, what=N_("no longer a problem"),
                    versions=tuple(after[-3:]),
                )
            )  # fmt: skip
    return tuple(found[:MOST])


def _last(snapshot: Snapshot, case: str, *types: str) -> tuple[int, ...]:
    found = [one.version for one in snapshot.events.get(case, ()) if one.type in types]
    return tuple(found[-1:])


def _nth(snapshot: Snapshot, case: str, type_: str, number: int) -> tuple[int, ...]:
    found: Sequence[int] = [one.version for one in snapshot.events.get(case, ()) if one.type == type_]
    return tuple(found[number : number + 1])


REPORT: ReportSpec[Snapshot, StatusQuestion, Facts] = ReportSpec(
    name="status-facts", title=N_("What the log says for a status"), question=StatusQuestion, build=build,
    processes=(*LOOKED_AT, PROCESS), events=True, told=True,
)  # fmt: skip
