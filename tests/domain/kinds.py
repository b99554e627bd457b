"""Whether what a process says its routes see of a case is what is really submitted to them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from domain.kernel.cases.case_events import ReviewOpened
from domain.kernel.events import Event
from domain.kernel.routing.condition import bound_of
from domain.kernel.values.money import Money
from domain.organisation.policy_needs import Kind, PolicyFields


def mistaken(events: Iterable[Event], seen: Mapping[str, PolicyFields]) -> list[str]:
    """Each difference in words; every route must have been submitted to."""
    opened = {event.route: event for event in events if isinstance(event, ReviewOpened)}
    wrong = [f"nothing was submitted to {route}" for route in seen.keys() - opened.keys()]
    for route, event in opened.items():
        said = seen[route]
        for what, names, known in (("material", event.fields, said.material), ("data", event.data, said.fields)):
            wrong += [f"{route}: {name} is not the same in {what}" for name in names.keys() ^ known.keys()]
        wrong += [f"{route} has an amount"] if (event.amount is not None) != said.amount else []
        wrong += [f"{route}: {n} is {v!r}" for n, v in event.data.items() if not _is_of(said.fields.get(n, "other"), v)]
    return wrong


def _is_of(kind: Kind, value: Any) -> bool:
    match kind:
        case "money":
            return isinstance(bound_of(value), Money)
        case "number":
            return isinstance(bound_of(value), Decimal)
        case "flag":
            return isinstance(value, bool)
        case "other":
            return True
    return isinstance(value, str)
