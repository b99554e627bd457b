"""The places of the staff's pages, as the navigation lists them."""

from dataclasses import dataclass

from domain.kernel.message import N_, Message


@dataclass(frozen=True)
class Place:
    """`path` is where it begins; everything below it belongs to it."""

    path: str
    title: Message

    def holds(self, here: str) -> bool:
        return here == self.path or here.startswith(self.path + "/")


PLACES = (
    Place("/inbox", N_("Inbox")),
    Place("/start", N_("Start")),
    Place("/cases", N_("Cases")),
    Place("/overview", N_("Overview")),
    Place("/organisation", N_("Organisation")),
    Place("/operations", N_("Operations")),
)
