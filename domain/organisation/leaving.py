"""Someone leaves, or moves: what they hold, what becomes of it, and the events that say so (KRN-24).

What was decided stays as it was decided. The id of a person is never given to another.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.kernel.delegation import Delegation, Delegations
from domain.kernel.errors import Refused
from domain.kernel.events import Event
from domain.kernel.value import Value
from domain.kernel.values.days import require_day
from domain.kernel.values.message import N_, Message
from domain.organisation import events as ev
from domain.organisation.dated import Dated
from domain.organisation.delegations import DelegationRevoked, is_over
from domain.organisation.model import Limit, Organisation, RoleHolding
from domain.organisation.record import fold

D = TypeVar("D", bound=Dated)
LATELY = timedelta(days=31)


class Item(Value):
    """Something a person holds. `what` is its kind, `to` who gets it, `text` what becomes of it.

    `later` marks what is carried out on the day, by itself; `stays` what no command can hand over: people see to it.
    """

    what: str
    id: str
    text: Message
    to: str | None = None
    later: bool = False
    stays: bool = False


class Leaving(Value):
    """`day` is the first day on which the person no longer works here; `heir` gets what must not lie about.

    `successor` is whom somebody named to be the heir, now or when it was planned.
    """

    person: str
    day: date
    heir: str
    successor: str | None = None
    today: date
    now: datetime

    @property
    def due(self) -> bool:
        """Whether the day has come: what is not dated (tasks, budget lines) changes hands then and not before."""
        return self.day <= self.today

    def instant(self, organisation: Organisation) -> datetime:
        """The first moment they are gone, in their own zone; never before now."""
        zone = ZoneInfo(organisation.calendar_of(self.person).zone)
        return max(self.now, datetime.combine(self.day, time(0), zone).astimezone(UTC))


def leaving(
    organisation: Organisation, person: str, *, day: date | None, successor: str | None, now: datetime
) -> Leaving:
    """Who leaves, when, and who follows: `successor`, else whoever was named before, else the manager.

    Without `day` it is today, or the day known. Raises Refused `unknown-person`, `successor-unfit`,
    `successor-missing`, `left-already`, `left-before-joining`.
    """
    today = organisation.calendar_of(person).local_date(now)
    member = organisation.people[person]
    known = member.end
    gone = known if known is not None and known <= today else None
    if gone is not None and day not in (None, gone):
        raise Refused("left-already", "{person} left on {day}; leave --on out.", person=person, day=gone.isoformat())
    on = gone or (day and require_day(day)) or (known if known is not None else today)
    if member.start is not None and on <= member.start:
        raise Refused(
            "left-before-joining",
            "{person} works here from {day} on; name a later first day without them.",
            person=person,
            day=member.start.isoformat(),
        )
    after = max(on, today)
    if successor is not None and (successor == person or not organisation.works_here(successor, after)):
        raise Refused("successor-unfit", "{successor} does not work here then; name another.", successor=successor)
    line = (boss for boss in organisation.line_above(person, after) if boss != person)
    named = member.successor if member.successor and organisation.works_here(member.successor, after) else None
    heir = successor or named or next(line, None)
    if heir is None:
        raise Refused("successor-missing", "{person} has no manager; name a successor.", person=person)
    return Leaving(person=person, day=on, heir=heir, successor=successor or member.successor, today=today, now=now)


def gone_lately(organisation: Organisation, now: datetime) -> tuple[str, ...]:
    """Whoever left within the last month: something may still wait for them."""
    return tuple(
        one.id
        for one in organisation.people.values()
        if one.end is not None and one.end <= organisation.day_of(one.id, now) <= one.end + LATELY
    )


def records_held(organisation: Organisation, delegations: Delegations, plan: Leaving) -> list[Item]:
    """What the records say they hold and what becomes of it. Tasks and cases are for the edge to add."""
    return [
        *_employment(organisation, plan),
        *_delegations(organisation, delegations, plan),
        *_budget_lines(organisation, plan),
        *_roles(organisation, plan),
        *_limits(organisation, plan),
        *_reports(organisation, plan),
    ]


def record_events(organisation: Organisation, plan: Leaving) -> list[Event]:
    """What is still missing in the stream `organisation`; nothing the second time."""
    events: list[Event] = []
    if not _known(organisation, plan):
        events.append(ev.PersonLeft(person=plan.person, effective=plan.day, successor=plan.successor))
    for holding in _roles_of(organisation, plan):
        ended = _ended(holding, plan.day)
        events.append(ev.RoleEnded(holding=ended, effective=ended.end or plan.day))
    for limit in _limits_of(organisation, plan):
        over = _ended(limit, plan.day)
        events.append(ev.LimitEnded(limit=over, effective=over.end or plan.day))
    if plan.due:
        for line in organisation.budget_lines.values():
            if line.owner == plan.person:
                given = line.model_copy(update={"owner": plan.heir})
                events.append(ev.BudgetLineSet(line=given, effective=plan.day))
    return events


def delegation_events(organisation: Organisation, delegations: Delegations, plan: Leaving, *, by: str) -> list[Event]:
    """Every delegation from and to them ends with their last day; nothing the second time."""
    at = plan.instant(organisation)
    return [
        DelegationRevoked(delegation=each.id, by=by, at=at, reason=f"{plan.person} leaves on {plan.day.isoformat()}")
        for each in _standing(delegations, plan.person, at)
    ]


def _known(organisation: Organisation, plan: Leaving) -> bool:
    member = organisation.people[plan.person]
    return (member.end, member.successor) == (plan.day, plan.successor)


def _employment(organisation: Organisation, plan: Leaving) -> Iterator[Item]:
    if not _known(organisation, plan):
        text = N_("leaves; the first day without them is {day}", day=plan.day.isoformat())
        yield Item(what="person", id=plan.person, text=text)


def _delegations(organisation: Organisation, delegations: Delegations, plan: Leaving) -> Iterator[Item]:
    for each in _standing(delegations, plan.person, plan.instant(organisation)):
        text = N_("{delegate} for {principal}: ends", delegate=each.delegate, principal=each.principal)
        yield Item(what="delegation", id=each.id, text=text)


def _budget_lines(organisation: Organisation, plan: Leaving) -> Iterator[Item]:
    for line in organisation.budget_lines.values():
        if line.owner == plan.person:
            text = N_("budget line: {heir} becomes its owner", heir=plan.heir)
            yield Item(what="budget-line", id=line.id, text=text, to=plan.heir, later=not plan.due)


def _roles(organisation: Organisation, plan: Leaving) -> Iterator[Item]:
    after = fold(organisation, record_events(organisation, plan))
    for holding in _roles_of(organisation, plan):
        place = holding.unit or "-"
        yield Item(what="role", id=f"{holding.role} {place}", text=N_("role: ends"))
        if not after.holders(holding.role, holding.unit, max(plan.day, plan.today)):
            text = N_("nobody else holds this role here; grant it to someone")
            yield Item(what="vacant-role", id=f"{holding.role} {place}", text=text, stays=True)
    for holding in organisation.roles:
        if holding.person == plan.person and _ends_early(holding, plan):
            yield _early(holding, what="role", of=f"{holding.role} {holding.unit or '-'}")


def _limits(organisation: Organisation, plan: Leaving) -> Iterator[Item]:
    for limit in _limits_of(organisation, plan):
        text = N_("limit up to {amount}: ends", amount=str(limit.up_to))
        yield Item(what="limit", id=f"{limit.category} {limit.unit or '-'}", text=text)
    for limit in organisation.limits:
        if limit.person == plan.person and _ends_early(limit, plan):
            yield _early(limit, what="limit", of=f"{limit.category} {limit.unit or '-'}")


def _ends_early(held: Dated, plan: Leaving) -> bool:
    return held.end is not None and plan.today < held.end < plan.day


def _early(held: Dated, *, what: str, of: str) -> Item:
    """What ends while they are still here, perhaps because they were to leave earlier: people must see to it."""
    text = N_("ends on {day} already, before they leave; grant it anew if it should not", day=str(held.end))
    return Item(what=what, id=of, text=text, stays=True)


def _reports(organisation: Organisation, plan: Leaving) -> Iterator[Item]:
    """Whoever reports to them today; from that day to the next above, until somebody takes the position."""
    here = (p for p in organisation.people.values() if p.id != plan.person and p.holds_on(plan.today))
    for report in sorted(here, key=lambda person: person.id):
        if organisation.manager_of(report.id, plan.today) == plan.person:
            above = next(b for b in (*organisation.line_above(report.id, plan.today), "-") if b != plan.person)
            text = N_("reports to {manager} from then on, until the position is filled", manager=above)
            yield Item(what="report", id=report.id, text=text, to=above)


def _standing(delegations: Delegations, person: str, at: datetime) -> list[Delegation]:
    return [
        each
        for each in delegations.granted.values()
        if person in (each.principal, each.delegate) and not is_over(each, at)
    ]


def _roles_of(organisation: Organisation, plan: Leaving) -> list[RoleHolding]:
    return _ending([holding for holding in organisation.roles if holding.person == plan.person], plan)


def _limits_of(organisation: Organisation, plan: Leaving) -> list[Limit]:
    return _ending([limit for limit in organisation.limits if limit.person == plan.person], plan)


def _ending(held: Sequence[D], plan: Leaving) -> list[D]:
    """Those that would go on after the day."""
    return [one for one in held if one.end is None or one.end > _end(one, plan.day)]


def _ended(held: D, day: date) -> D:
    return held.model_copy(update={"end": _end(held, day)})


def _end(held: Dated, day: date) -> date:
    """What would only have begun later ends when it begins."""
    return max(day, held.start or day)
