"""The versions of the policy as they were published, and the open cases that pinned each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import readmodels
from application.queries.reports import organisation_at
from application.services import Services
from application.visibility import knowable
from application.wording import policy_tables
from application.wording.policy_tables import RouteTable
from application.wording.policy_words import PolicyWords
from application.wording.reader import mentioned, unit_names
from domain.kernel.errors import Refused
from domain.kernel.policy import Policy
from domain.organisation import policies
from domain.organisation.browsing import units_of
from domain.organisation.model import Organisation
from domain.organisation.policies import PolicyBook, PolicyPublished
from eventstore import log


@dataclass(frozen=True)
class Publication:
    """One version: when it was recorded (UTC) and by whom, a person or an operator's system user."""

    version: int
    policy: Policy
    by: str
    at: datetime


async def publications(services: Services, *, as_of: datetime | None = None) -> dict[int, Publication]:
    """Every version by its number, the newest first, or those that were known at a time (KRN-50)."""
    async with services.pool.acquire() as conn:
        stored = await log.read_stream(conn, policies.STREAM, as_of=as_of)
    found = ((policies.REGISTRY.decode(row), row.recorded_at) for row in reversed(stored))
    return {
        event.version: Publication(event.version, event.policy, event.published_by, at)
        for event, at in found
        if isinstance(event, PolicyPublished)
    }


async def publication(services: Services, version: int) -> Publication:
    """One version. Raises Refused `no-such-policy`."""
    found = (await publications(services)).get(version)
    if found is None:
        raise Refused("no-such-policy", "Policy version {version} was never published.", version=version)
    return found


async def tables(
    services: Services,
    which: int | Policy | None,
    language: str,
    *,
    unit: str | None,
    today: date,
    as_of: datetime | None = None,
) -> list[RouteTable]:
    """A version of the policy (None: the one in force) or one that was read, as tables; with `unit` also its people.

    `as_of` asks what was in force, and who was who, as it was known then (KRN-50); `today` is then its day.
    Raises Refused `no-such-policy`, `no-policy`, `unknown-unit`.
    """
    organisation = await organisation_at(services, as_of)
    policy = which if isinstance(which, Policy) else (await _book(services, as_of)).pinned(which)
    if unit is not None:
        units_of(organisation, unit, below=False)  # that there is one
    return list(policy_tables.tables(policy, await words_for(services, organisation, language, policy), organisation,
                                     today, unit=unit))  # fmt: skip


async def _book(services: Services, as_of: datetime | None) -> PolicyBook:
    if as_of is None:
        return (await services.records()).policies
    known = await publications(services, as_of=as_of)
    return PolicyBook(versions={version: found.policy for version, found in known.items()})


async def words_for(services: Services, organisation: Organisation, language: str, *shown: Policy) -> PolicyWords:
    """Words for these policies, with the names of everyone and every unit that they mention."""
    people = mentioned([policy.model_dump(mode="json") for policy in shown]) & organisation.people.keys()
    names = await services.people.names(sorted(people), language)
    return PolicyWords(language, {**unit_names(organisation, language), **names})


async def pinned(services: Services, reader: str) -> Mapping[int, list[str]]:
    """By version the open cases that follow it and of which `reader` may know, newest first (KRN-43)."""
    await readmodels.fresh(services.pool, services.processes)
    async with services.pool.acquire() as conn:
        rows = await readmodels.pinned_policies(conn)
    known = await knowable(services, [row["case_id"] for row in rows], reader)
    found: dict[int, list[str]] = {}
    for row in rows:
        if row["case_id"] in known:
            found.setdefault(row["policy"], []).append(row["case_id"])
    return found
