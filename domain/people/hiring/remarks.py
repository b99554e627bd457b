"""What is odd about a requisition and yet allowed: said when it is checked, before anybody is asked (HIR-01)."""

from collections.abc import Iterator, Sequence

from domain.kernel.facts import Facts
from domain.kernel.value import Value
from domain.kernel.values.message import N_, Message
from domain.people.hiring import commands as c
from domain.people.hiring.effects import POSITION


def remarks(payload: Value, facts: Facts) -> Sequence[Message]:
    """Nothing for what opens no requisition, or names a position that does not exist."""
    if not isinstance(payload, c.RaiseRequisition) or payload.position not in facts.organisation.positions:
        return ()
    return tuple(_odd(payload, facts))


def _odd(payload: c.RaiseRequisition, facts: Facts) -> Iterator[Message]:
    organisation, day = facts.organisation, facts.now.date()
    position = organisation.positions[payload.position]
    holders = [one.id for one in organisation.people.values()
               if one.holds_on(day) and one.position_on(day) == position.id]  # fmt: skip
    if holders:
        yield N_("This position is held by {people} today.", people=", ".join(holders))
    asked = [held.stream for held in facts.claims if (held.claim.kind, held.claim.key) == (POSITION, position.id)]
    if len(asked) == 1:
        yield N_("There is an open request for this position already.")
    elif asked:
        yield N_("There are {count} open requests for this position already.", count=str(len(asked)))
    if position.unit != payload.unit:
        yield N_("This position belongs to {own}; you chose {unit}.", own=position.unit, unit=payload.unit)
    if position.grade != payload.grade:
        yield N_(
            "This position has grade {grade}; you chose {given}.", grade=str(position.grade), given=str(payload.grade)
        )
