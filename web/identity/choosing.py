"""Whom one may be on the embedded stack: six people by what they do, and everybody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from application.administration.example_company import EXAMPLES
from application.services import Services
from domain.kernel.values.message import N_, Message


@dataclass(frozen=True)
class Choice:
    """Somebody whom one may be on the embedded stack."""

    id: str
    name: str
    title: str


PERSONAS: tuple[tuple[str, Message], ...] = (
    ("department-head", N_("Senior manager")),
    ("budget-owner", N_("Line manager")),
    ("hr-partner", N_("HR partner")),
    ("recruiter", N_("Recruiter")),
    ("finance-controller", N_("Finance")),
    ("operations", N_("Operations")),
)
"""By role what a visitor may look at Signoff as; the last one who holds it, so that these are different people."""


async def choices(services: Services, language: str) -> dict[str, Any]:
    """Everybody who works here with their title, and some of them by what they do."""
    async with services.pool.acquire() as conn:
        organisation = await services.record_cache.organisation.read(conn)
    names = await services.people.names(sorted(organisation.people), language)
    now = datetime.now(UTC)
    chosen: list[tuple[Message, Choice]] = []
    people = {}
    for id_, name in names.items():
        position = organisation.people[id_].position_on(organisation.day_of(id_, now))
        found = organisation.positions.get(position or "")
        title = (found.title.get(language) or found.title.get("en") or found.id) if found else ""
        people[id_] = Choice(id_, name, title)
    for role, said in PERSONAS:
        holders = [one.person for one in organisation.roles if one.role == role and one.person in people]
        free = [one for one in holders if one not in {known.id for _, known in chosen}]
        if free:
            chosen.append((said, people[free[min(1, len(free) - 1)]]))
    return {"people": people, "personas": chosen, "example": not people and EXAMPLES.is_dir()}
