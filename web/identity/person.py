"""Which person of the organisation stands behind what a provider says, and whether they work here today."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from application.employees import refuse_outsider
from application.services import Services
from domain.kernel.errors import Refused
from domain.organisation.model import Organisation

EMAIL = "email"


async def person_behind(services: Services, claims: Mapping[str, Any]) -> str:
    """The person id that the configured claim names; an address is looked up by its keyed hash.

    Raises Refused `not-named`, `email-not-verified`, `unknown-person`, `not-here`.
    """
    claim = services.settings.oidc_claim
    said = claims.get(claim)
    said = str(said) if type(said) is int else said
    if not isinstance(said, str) or not said:
        raise Refused(
            "not-named", "Your account has no {claim}, by which you would be known here; ask who runs it.", claim=claim
        )
    if claim == EMAIL and claims.get("email_verified") is not True:
        raise Refused(
            "email-not-verified",
            "The e-mail address of your account is not verified, so it does not show who you are. Verify it there.",
        )
    if "@" not in said:
        said = _as_known(await services.organisation(), said)
    return await here(services, await services.people.resolve(said))


def _as_known(organisation: Organisation, said: str) -> str:
    """The id that differs from what was said only in capitals: directories write them in their own way."""
    alike = [] if said in organisation.people else [x for x in organisation.people if x.casefold() == said.casefold()]
    return alike[0] if len(alike) == 1 else said


async def here(services: Services, person: str) -> str:
    """`person`, if they work here today.

    Raises Refused `not-here` for who worked here or will; a candidate is as unknown as a stranger: `unknown-person`.
    """
    await refuse_outsider(services, person)
    if not employed(await services.organisation(), person):
        raise Refused("not-here", "You are known here, but do not work here today. Ask HR if that is wrong.")
    return person


def employed(organisation: Organisation, person: str) -> bool:
    """Whether the organisation has this person today, in their own time zone."""
    if person not in organisation.people:
        return False
    return organisation.works_here(person, organisation.day_of(person, datetime.now(UTC)))
