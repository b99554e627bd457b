"""What a project comes to, from facts: progress, forecast, earned value, broken tolerances, health."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.kernel.values.money import Money, total
from domain.projects.delivery import schedule
from domain.projects.delivery.content import Activity, External, Work
from domain.projects.delivery.state import ProjectState

LATER = N_("{days} days later than the approved baseline")
ORDER = ("green", "amber", "grey", "red")
_HUNDRED = Decimal(100)


class Reason(Value):
    """Why a project has a colour; `fact` is the word for it."""

    colour: str
    fact: str
    why: Message


class Health(Value):
    colour: str
    reasons: tuple[Reason, ...] = ()


class EarnedValue(Value):
    """At a day: planned, earned and actual cost; the indexes to two decimals, None where a divisor is zero (DEL-07)."""

    planned: Money
    earned: Money
    actual: Money
    schedule_index: Decimal | None
    cost_index: Decimal | None


def progress(works: Iterable[Work]) -> Decimal | None:
    """The one definition of progress, in per cent (DEL-10): done work by its weight, without what was cancelled.

    Weight is the planned cost where every activity has one, else its length in days, at least one. None: no work.
    """
    active = [work for work in works if not work.cancelled]
    weights = _weights([work.activity for work in active])
    if not sum(weights):
        return None
    done = sum((weight * work.percent for weight, work in zip(weights, active, strict=True)), Decimal(0))
    return (done / sum(weights)).quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def _weights(activities: list[Activity]) -> list[Decimal]:
    costs = [one.cost.amount for one in activities if one.cost is not None and one.cost.amount > 0]
    if activities and len(costs) == len(activities):
        return costs
    return [Decimal(max(1, schedule.length(one))) for one in activities]


def estimate(state: ProjectState) -> Money:
    """What is still to come besides what is ordered: as last stated, else the rest of the budget."""
    if state.estimate is not None:
        return state.estimate
    rest = state.budget - state.actual - state.committed
    return rest if rest.amount > 0 else rest * 0


def forecast(state: ProjectState) -> Money:
    """Forecast at completion = actual + committed + estimate to complete (DEL-07)."""
    return state.actual + state.committed + estimate(state)


def earned_value(state: ProjectState, today: date) -> EarnedValue | None:
    """None where the baseline has no units: an activity without planned cost."""
    approved = state.approved
    activities = [one for one in approved.activities if not one.milestone] if approved else []
    if not activities or any(one.cost is None for one in activities):
        return None
    planned = total((_share(one, _planned(one, today)) for one in activities), state.currency)
    earned = total((_share(one, _percent(state, one)) for one in activities), state.currency)
    actual = state.actual
    return EarnedValue(
        planned=planned, earned=earned, actual=actual,
        schedule_index=_index(earned, planned), cost_index=_index(earned, actual),
    )  # fmt: skip


def _share(one: Activity, percent: Decimal) -> Money:
    assert one.cost is not None
    amount = (one.cost.amount * percent / _HUNDRED).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return Money(amount=amount, currency=one.cost.currency)


def _percent(state: ProjectState, one: Activity) -> Decimal:
    work = state.works.get(one.id)
    return Decimal(work.percent) if work and not work.cancelled else Decimal(0)


def _planned(one: Activity, today: date) -> Decimal:
    """Evenly over its days."""
    if one.starts is None or one.ends is None or today < one.starts:
        return Decimal(0)
    gone = (min(today, one.ends) - one.starts).days + 1
    return _HUNDRED * gone / schedule.length(one)


def _index(left: Money, right: Money) -> Decimal | None:
    return (left.amount / right.amount).quantize(Decimal("0.01"), ROUND_HALF_EVEN) if right.amount else None


class Over(Value):
    """How far the project is beyond its approved baseline: money, calendar days, requirements."""

    money: Money
    days: int
    scope: int


class Tolerance(Value):
    """What the letter allows beyond the baseline (DEL-01)."""

    money: Money
    days: int
    scope: int


class Overdue(Value):
    """An open risk or issue and its day."""

    id: str
    due: date


class Standing(Value):
    """What a project's own facts come to, whatever the day: with a day it has a finish, an excess and a colour.

    `done` is when the last finished activity ended, `due` when the last open one ends by plan. `money` and `scope` are
    beyond the approved baseline. `live`: there is one, and the project goes on.
    """

    live: bool
    done: date | None = None
    due: date | None = None
    baseline_finish: date | None = None
    money: Money
    scope: int = 0
    tolerance: Tolerance | None = None
    replan: tuple[str, ...] = ()
    log: tuple[Overdue, ...] = ()
    missed: int = 0
    external: tuple[External, ...] = ()

    def finish(self, today: date) -> date | None:
        """As `schedule.finish_of`."""
        return max((end for end in (self.done, self.due and max(self.due, today)) if end), default=None)

    def over(self, today: date) -> Over:
        finish, planned = self.finish(today), self.baseline_finish
        return Over(money=self.money, days=(finish - planned).days if finish and planned else 0, scope=self.scope)

    def broken(self, today: date) -> tuple[str, ...]:
        """Which tolerances of the letter the project breaks as it stands: that is an exception (DEL-01)."""
        letter, beyond = self.tolerance, self.over(today)
        if letter is None:
            return ()
        found = {
            "money": letter.money < beyond.money, "time": beyond.days > letter.days,
            "scope": beyond.scope > letter.scope,
        }  # fmt: skip
        return tuple(name for name, is_broken in found.items() if is_broken)

    def health(self, today: date, *, reporting: bool = False) -> Health:
        """Computed from facts (DEL-04, PFL-03). `reporting`: a report is being made, so none is missing."""
        reasons = [*self._of_plan(today), *_of_external(self.external)]
        if not reporting and self.missed:
            colour = "grey" if self.missed == 1 else "red"
            why = N_("{number} status reports in a row did not come", number=str(self.missed))
            reasons.append(Reason(colour=colour, fact="report", why=why))
        worst = max((ORDER.index(reason.colour) for reason in reasons), default=0)
        return Health(colour=ORDER[worst], reasons=tuple(reasons))

    def _of_plan(self, today: date) -> list[Reason]:
        if not self.live:
            return []
        beyond, exceeded = self.over(today), self.broken(today)
        values = {"money": beyond.money.amount > 0, "time": beyond.days > 0, "scope": beyond.scope > 0}
        found = [
            Reason(colour="red" if name in exceeded else "amber", fact=name, why=_beyond(name, beyond))
            for name, is_over in values.items() if is_over
        ]  # fmt: skip
        if self.replan:
            why = N_("to be planned anew: {activities}", activities=", ".join(self.replan))
            found.append(Reason(colour="amber", fact="plan", why=why))
        if late := [item.id for item in self.log if item.due < today]:
            why = N_("overdue in the log: {entries}", entries=", ".join(late))
            found.append(Reason(colour="amber", fact="log", why=why))
        return found


def standing(state: ProjectState) -> Standing:
    baseline, letter = state.approved, state.letter
    active = [work for work in state.works.values() if not work.cancelled]
    was = {one.id: one for one in baseline.requirements} if baseline else state.requirements
    changed = sum(state.requirements.get(id_) != one for id_, one in was.items()) + len(state.requirements.keys() - was)
    return Standing(
        live=baseline is not None and state.ended is None,
        done=max((work.ended for work in active if work.ended), default=None),
        due=max((work.activity.ends for work in active if work.activity.ends and not work.ended), default=None),
        baseline_finish=baseline.finish if baseline else None,
        money=forecast(state) - state.budget, scope=changed,
        tolerance=Tolerance(money=letter.money, days=letter.days, scope=letter.scope) if letter and baseline else None,
        replan=tuple(id_ for id_, work in state.works.items() if work.replan and work.is_open),
        log=tuple(
            Overdue(id=item.id, due=item.due) for item in state.log.open
            if item.details.get("kind") in ("issue", "risk")
        ),
        missed=state.status.missed, external=tuple(state.external.values()),
    )  # fmt: skip


def over(state: ProjectState, today: date) -> Over:
    return standing(state).over(today)


def broken(state: ProjectState, today: date) -> tuple[str, ...]:
    return standing(state).broken(today)


def health(state: ProjectState, today: date, *, reporting: bool = False) -> Health:
    return standing(state).health(today, reporting=reporting)


def _beyond(name: str, beyond: Over) -> Message:
    match name:
        case "money":
            return N_("{money} more than the approved baseline", money=str(beyond.money))
        case "time":
            return LATER.model_copy(update={"args": {"days": str(beyond.days)}})
    return N_("{number} requirements other than in the approved baseline", number=str(beyond.scope))


def _of_external(external: Iterable[External]) -> list[Reason]:
    return [Reason(colour=one.colour, fact=one.kind, why=_touched(one)) for one in external]


def _touched(one: External) -> Message:
    match one.kind:
        case "dependency":
            return N_("{source}, which it waits for, is {days} days late", source=one.source, days=str(one.days))
        case "position":
            return N_("a position is frozen: {source}. {why}", source=one.source, why=one.why)
        case "budget":
            return N_("a budget lapsed: {source}. {why}", source=one.source, why=one.why)
