"""The places of the staff's pages, as the navigation lists them."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.kernel.routing.eligibility import OPERATIONS
from domain.kernel.values.message import N_, Message


@dataclass(frozen=True)
class Place:
    """`path` is where it begins; everything below it, and below what is `besides`, belongs to it.

    With `for_whom` it is for holders of that role.
    """

    path: str
    title: Message
    besides: tuple[str, ...] = ()
    for_whom: str | None = None

    def holds(self, here: str) -> bool:
        return any(here == path or here.startswith(path + "/") for path in (self.path, *self.besides))


PLACES = (
    Place("/inbox", N_("Inbox"), besides=("/tasks",)),
    Place("/start", N_("Start")),
    Place("/cases", N_("Cases")),
    Place("/overview", N_("Overview")),
    Place("/direction", N_("Direction")),
    Place("/organisation", N_("Organisation"), besides=("/policy",)),
    Place("/operations", N_("Operations"), for_whom=OPERATIONS),
)


def places_for(holds: Callable[[str], bool]) -> tuple[Place, ...]:
    """The places of somebody who holds these roles."""
    return tuple(place for place in PLACES if place.for_whom is None or holds(place.for_whom))
