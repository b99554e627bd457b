"""The places of the staff's pages, as the navigation lists them."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.kernel.routing.eligibility import OPERATIONS
from domain.kernel.values.message import N_, Message


@dataclass(frozen=True)
class Place:
    """`path` is where it begins; everything below it, and below what is `besides`, belongs to it.

    With `for_whom` it is for holders of that role. `icon` is one of templates/parts/icons.html; a place that is `apart`
    begins a group.
    """

    path: str
    title: Message
    besides: tuple[str, ...] = ()
    for_whom: str | None = None
    icon: str = "reports"
    apart: bool = False

    def holds(self, here: str) -> bool:
        return any(here == path or here.startswith(f"{path}/") for path in (self.path, *self.besides))


PLACES = (
    Place("/", N_("Home"), icon="home"),
    Place("/inbox", N_("Inbox"), besides=("/tasks",), icon="inbox"),
    Place("/start", N_("Start"), icon="add"),
    Place("/cases", N_("Cases"), icon="cases"),
    Place("/team", N_("People"), icon="people", apart=True),
    Place("/projects", N_("Projects"), icon="projects"),
    Place("/money", N_("Money"), icon="money"),
    Place("/direction", N_("Direction"), icon="direction"),
    Place("/overview", N_("Reports"), icon="reports", apart=True),
    Place("/organisation", N_("Organisation"), besides=("/policy",), icon="organisation"),
    Place("/operations", N_("Operations"), for_whom=OPERATIONS, icon="operations"),
)


def places_for(holds: Callable[[str], bool]) -> tuple[Place, ...]:
    """The places of somebody who holds these roles."""
    return tuple(place for place in PLACES if place.for_whom is None or holds(place.for_whom))
