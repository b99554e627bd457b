"""What happens elsewhere changes the projects that it touches, and says why (PFL-03)."""

from collections.abc import Iterable, Mapping, Sequence

from domain.kernel.ledger import Balance, LinePeriod
from domain.kernel.values.message import N_, Message
from domain.organisation.model import Organisation
from domain.projects.delivery.figures import ORDER
from domain.projects.portfolio.model import ProjectView


def touched(
    views: Sequence[ProjectView], organisation: Organisation, balances: Mapping[LinePeriod, Balance], year: str
) -> tuple[ProjectView, ...]:
    """The projects with the colours and reasons that others cause: late ones, frozen positions, lapsed budgets.

    Lateness travels: who waits for a late project is amber, whatever lies between (CRD-03). `year` is the present one.
    """
    known = {one.id: one for one in views}
    frozen = _frozen_positions(organisation)
    return tuple(
        coloured(one, [*_late(one, known), *_frozen(one, frozen), *_lapsed(one, organisation, balances, year)])
        if one.is_open else one for one in views
    )  # fmt: skip


def coloured(one: ProjectView, found: Iterable[tuple[str, Message]]) -> ProjectView:
    """With further reasons; a colour only gets worse, and the same reason stands there once."""
    more = [(colour, why) for colour, why in found if why not in one.reasons]
    if not more:
        return one
    worst = max((one.colour, *(colour for colour, _ in more)), key=ORDER.index)
    reasons = (*one.reasons, *(why for _, why in more))
    return one.model_copy(update={"colour": worst, "reasons": reasons})


def _late(one: ProjectView, known: Mapping[str, ProjectView]) -> Iterable[tuple[str, Message]]:
    for on in _before(one, known):
        days = known[on].late_days
        if known[on].ended == "stopped":
            yield "red", N_("{source}, which it waits for, was stopped", source=on)
        elif known[on].is_open and days:
            yield "amber", N_("{source}, which it waits for, is {days} days late", source=on, days=str(days))


def _before(one: ProjectView, known: Mapping[str, ProjectView]) -> tuple[str, ...]:
    """All that it waits for, directly or through others, each once."""
    seen: dict[str, None] = {}
    left = list(one.waits_on)
    while left:
        id_ = left.pop(0)
        if id_ in known and id_ not in seen and id_ != one.id:
            seen[id_] = None
            left += known[id_].waits_on
    return tuple(seen)


Frozen = Sequence[tuple[str, frozenset[str], frozenset[str]]]
"""Each frozen position with its unit and those above, and the skills that it would bring."""


def _frozen_positions(organisation: Organisation) -> Frozen:
    return [
        (position.id, frozenset(organisation.units_above(position.unit)), skills_of(organisation, position.id))
        for position in organisation.positions.values() if position.frozen
    ]  # fmt: skip


def _frozen(one: ProjectView, frozen: Frozen) -> Iterable[tuple[str, Message]]:
    """Frozen positions of the project's unit whose job asks for a skill that the project needs."""
    skills = {each.skill for each in one.demand if each.skill} if frozen else set()
    for position, units, brings in frozen:
        if one.unit in units and (wanted := sorted(skills & brings)):
            why = N_(
                "the position {position} is frozen; it would bring {skills}", position=position,
                skills=", ".join(wanted),
            )  # fmt: skip
            yield "amber", why


def skills_of(organisation: Organisation, position: str) -> frozenset[str]:
    """What the newest description of a position asks for."""
    versions = organisation.descriptions.get(organisation.described.get(position, ""), ())
    return frozenset(asked.skill for asked in versions[-1].description.skills) if versions else frozenset()


def _lapsed(
    one: ProjectView, organisation: Organisation, balances: Mapping[LinePeriod, Balance], year: str
) -> Iterable[tuple[str, Message]]:
    """A line that is gone, a period without a plan, or money of a year that is over and not yet spent."""
    if one.line not in organisation.budget_lines:
        yield "red", N_("there is no budget line {line} any more", line=one.line)
        return
    for period in one.periods:
        balance = balances.get(LinePeriod(one.line, period))
        if balance is None or not balance.planned:
            yield "red", N_("budget line {line} has no plan for {period}", line=one.line, period=period)
        elif period[:4] < year and balance.available + balance.reserved > 0:
            yield "amber", N_("the budget of {line} for {period} lapsed", line=one.line, period=period)
