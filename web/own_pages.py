"""Pages of a process's own kind: the one place where they are registered, from which its cases link to them."""

from dataclasses import dataclass

from domain.kernel.values.message import N_, Message


@dataclass(frozen=True)
class OwnPage:
    """`title` is what the link to it says."""

    path: str
    title: Message


_PAGES = {
    "project": OwnPage("/projects/", N_("All of it on one page")),
    "status_report": OwnPage("/direction/status/", N_("The newest report on one page")),
    "hiring": OwnPage("/team/hiring/", N_("Board of candidates")),
    "review_cycle": OwnPage("/team/reviews/", N_("Progress by unit")),
}


def own_page(process: str, case: str) -> OwnPage | None:
    """The page of a case of this process, None where it has none of its own."""
    found = _PAGES.get(process)
    return OwnPage(found.path + case, found.title) if found else None
