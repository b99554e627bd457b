"""When a task is due and when its ladder acts, as instants; and the same after a pause (KRN-30 to KRN-32)."""

from datetime import datetime, timedelta

from domain.kernel.cases.case import RungAt, Timing
from domain.kernel.errors import Refused
from domain.kernel.policy import Ladder, Policy, Rung
from domain.kernel.values.calendar import (
    Calendar,
    add_working_time,
    working_date,
    working_days,
    working_time_between,
)

MARK = "overdue"
"""What the rung at the due time does if the ladder has none there: marks the task, tells nobody."""


def ladder_of(policy: Policy, name: str) -> Ladder:
    """Raises Refused `no-ladder`."""
    if name not in policy.ladders:
        raise Refused("no-ladder", "The policy in force has no ladder {ladder}; publish one that does.", ladder=name)
    return policy.ladders[name]


def timing(calendar: Calendar, ladder: Ladder, *, offered_at: datetime, due_at: datetime) -> Timing:
    """The instants of a task, its rungs in the order in which they fire."""
    rungs = [
        RungAt(at=_rung_at(calendar, rung, offered_at, due_at), do=rung.do, number=number)
        for number, rung in enumerate(ladder.rungs, start=1)
    ]
    if all(rung.at != due_at for rung in rungs):
        rungs.append(RungAt(at=due_at, do=MARK, number=0))
    return Timing(
        offered_at=offered_at,
        due_at=due_at,
        rungs=tuple(sorted(rungs, key=lambda rung: (rung.at, rung.number))),
        calendar=calendar.id,
    )


def resumed(timing: Timing, calendar: Calendar, *, since: datetime, now: datetime) -> Timing:
    """The timing after a pause from `since` to `now`: what was to come keeps the working time it had left."""
    return timing.model_copy(
        update={
            "due_at": later(calendar, timing.due_at, since=since, now=now),
            "rungs": tuple(
                rung.model_copy(update={"at": later(calendar, rung.at, since=since, now=now)}) for rung in timing.rungs
            ),
        }
    )


def later(calendar: Calendar, at: datetime, *, since: datetime, now: datetime) -> datetime:
    """`at` moved by a pause. An instant that had passed before the pause stays where it was."""
    if at <= since:
        return at
    return add_working_time(calendar, now, working_time_between(calendar, since, at))


def off_days_off(timing: Timing, calendar: Calendar, now: datetime) -> Timing:
    """What would come on a holiday that was declared since comes at the end of the next working day (ORG-07).

    What would have come before now even so stays as it was.
    """

    def moved(at: datetime) -> datetime:
        day = calendar.local_date(at)
        if day not in calendar.holidays:
            return at
        *_, (_, end) = calendar.stretches(working_date(calendar, day, 1))
        return end if end > now else at

    rungs: list[RungAt] = []
    for rung in timing.rungs:  # none overtakes the one before it
        at = max(moved(rung.at), *(before.at for before in rungs[-1:]), timing.offered_at)
        rungs.append(rung.model_copy(update={"at": at}))
    return timing.model_copy(update={"due_at": moved(timing.due_at), "rungs": tuple(rungs)})


def _rung_at(calendar: Calendar, rung: Rung, offered_at: datetime, due_at: datetime) -> datetime:
    if rung.after_days is not None:
        return (
            add_working_time(calendar, due_at, working_days(calendar, rung.after_days)) if rung.after_days else due_at
        )
    if rung.at_percent == 100 or rung.at_percent is None:
        return due_at
    span = working_time_between(calendar, offered_at, due_at)
    return min(due_at, add_working_time(calendar, offered_at, _share(span, rung.at_percent)))


def _share(span: timedelta, percent: int) -> timedelta:
    return span * percent / 100
