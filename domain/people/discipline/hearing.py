"""The hearing: invitation, evidence served, postponement, what happened (DIS-02, DIS-03, DIS-10)."""

from datetime import date

from domain.kernel.deciding import tasks
from domain.kernel.errors import Refused
from domain.kernel.routing.days import working_day_end
from domain.kernel.routing.eligibility import calendar_of, today_of
from domain.kernel.values.calendar import working_date
from domain.kernel.values.message import N_
from domain.people.discipline import commands as c
from domain.people.discipline import events as e
from domain.people.discipline.levels import similar
from domain.people.discipline.persons import Wire, appoint, ask, done, objection, refuse_unfit
from domain.people.discipline.state import Hearing
from domain.people.discipline.terms import LADDER, Post, number

HOLD = "hold-hearing"


def invite(ctx: Wire, payload: c.Invite) -> None:
    """Raises Refused `too-soon`, `no-working-day`, and as `appoint` does for the note taker."""
    earliest = working_date(calendar_of(ctx.facts, ctx.state.employee), _today(ctx), number(ctx.facts, "notice_days"))
    if payload.day < earliest:
        template = (
            "Between invitation and hearing there are {days} working days at least; the first possible day is {day}."
        )
        raise Refused("too-soon", template, days=number(ctx.facts, "notice_days"), day=earliest.isoformat())
    _refuse_holiday(ctx, payload.day)
    if payload.note_taker:
        appoint(ctx, Post.NOTE_TAKER, payload.note_taker, "takes the minutes")
    done(ctx, "invite")
    ctx.add(
        e.HearingInvited(
            on=payload.day, place=payload.place, heaviest=payload.heaviest, by=ctx.command.actor, at=ctx.facts.now
        )
    )  # fmt: skip
    _serve(ctx, tuple(number for number, one in ctx.state.evidence.items() if one.served is None))
    _ask_to_hold(ctx)


def serve_evidence(ctx: Wire, payload: c.ServeEvidence) -> None:
    """Raises Refused `no-such-evidence`, `served-late` from the day of the hearing on."""
    if lost := [number for number in payload.evidence if number not in ctx.state.evidence]:
        raise Refused("no-such-evidence", "There is no evidence {numbers}.", numbers=", ".join(map(str, lost)))
    if _today(ctx) >= _hearing(ctx).on:
        template = "Evidence is served before the day of the hearing, {day}; what comes later does not count."
        raise Refused("served-late", template, day=_hearing(ctx).on.isoformat())
    _serve(ctx, tuple(one for one in dict.fromkeys(payload.evidence) if ctx.state.evidence[one].served is None))


def _serve(ctx: Wire, numbers: tuple[int, ...]) -> None:
    if numbers:
        ctx.add(e.EvidenceServed(numbers=numbers, on=_today(ctx), at=ctx.facts.now))


def name_companion(ctx: Wire, payload: c.NameCompanion) -> None:
    """Raises Refused `no-companion`, which does not tell what part the person has: it could be the reporter."""
    if objection(ctx.facts, ctx.state, Post.COMPANION, payload.person):
        raise Refused("no-companion", "{person} cannot come along; name another person.", person=payload.person[:80])
    appoint(ctx, Post.COMPANION, payload.person, "accompanies the employee")


def postpone(ctx: Wire, payload: c.Postpone) -> None:
    """Once, for a companion. Raises Refused `postponed-already`, `too-late`, `too-soon`, `no-working-day`."""
    hearing, facts = _hearing(ctx), ctx.facts
    days = number(facts, "postponement_days")
    last = working_date(calendar_of(facts, ctx.state.employee), hearing.on, days)
    if hearing.postponed:
        raise Refused("postponed-already", "The hearing was postponed once; it takes place on {day}.", day=hearing.on)
    if _today(ctx) >= hearing.on:
        raise Refused("too-late", "A hearing is postponed before its day; say at the hearing what prevents it.")
    if not hearing.on < payload.day <= last:
        template = "It can be postponed by up to {days} working days: to {day} at the latest."
        raise Refused("too-soon" if payload.day <= hearing.on else "too-far", template, days=days, day=last.isoformat())
    _refuse_holiday(ctx, payload.day)
    tasks.cancel(ctx, reason="the hearing is on another day", kind=HOLD)
    ctx.add(e.HearingPostponed(on=payload.day, reason=payload.reason, by=ctx.command.actor, at=facts.now))
    _ask_to_hold(ctx)


def record_hearing(ctx: Wire, payload: c.RecordHearing) -> None:
    """Raises Refused `too-early`, `refusal-missing`. Who is only absent is invited again (DIS-03)."""
    hearing = _hearing(ctx)
    if _today(ctx) < hearing.on:
        raise Refused("too-early", "The hearing is on {day}; record it then.", day=hearing.on.isoformat())
    if payload.attendance == "refused" and payload.refusal is None:
        raise Refused("refusal-missing", "Say in refusal how the employee refused to attend, or invite again.")
    done(ctx, HOLD)
    ctx.add(
        e.HearingRecorded(
            on=hearing.on, attendance=payload.attendance, minutes=payload.minutes, refusal=payload.refusal,
            similar=similar(ctx.facts, ctx.state.clause), by=ctx.command.actor, at=ctx.facts.now,
        )
    )  # fmt: skip
    if payload.attendance == "absent":
        title = N_("A confidential matter: invite to a hearing")
        ask(ctx, "invite", title, "invitation_days", command="invite-to-hearing")
    else:
        ask_for_outcome(ctx)


def ask_for_outcome(ctx: Wire) -> None:
    ask(ctx, "decide-outcome", N_("A confidential matter: decide the outcome"), "outcome_days")


def _ask_to_hold(ctx: Wire) -> None:
    manager, hearing = ctx.state.posts.get(Post.HEARING_MANAGER, ""), _hearing(ctx)
    refuse_unfit(ctx, Post.HEARING_MANAGER, manager)
    tasks.assign(
        ctx, kind=HOLD, title=N_("A confidential matter: hold the hearing and record it"), subject=HOLD,
        assignees=(manager,), basis=Post.HEARING_MANAGER.value, command="record-hearing", ladder=LADDER,
        due_at=working_day_end(ctx.facts, manager, hearing.on, 1), without_end=True,
    )  # fmt: skip


def _hearing(ctx: Wire) -> Hearing:
    assert ctx.state.hearing is not None
    return ctx.state.hearing


def _today(ctx: Wire) -> date:
    return today_of(ctx.facts, ctx.state.employee)


def _refuse_holiday(ctx: Wire, day: date) -> None:
    for person in (ctx.state.employee, ctx.state.posts.get(Post.HEARING_MANAGER, "")):
        following = working_date(calendar_of(ctx.facts, person), day, 0)
        if following != day:
            template = "{day} is no working day for {person}; the next one is {following}."
            raise Refused("no-working-day", template, day=day, person=person, following=following.isoformat())
