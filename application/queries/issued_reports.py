"""Reports that cases issued, made again from the log: to show them, and to find those that no longer are (STS-04)."""

from collections.abc import Mapping
from typing import Any

from application.frozen_reports import remade
from application.services import Services
from domain.direction.business_review.pack import Pack
from domain.direction.business_review.restating import Restated, restated
from domain.kernel.errors import Refused
from domain.kernel.report import Frozen, Issued, ReportIssued
from domain.kernel.value import Value
from eventstore import log
from eventstore.chain import Problem
from readmodels import case_at


class IssuedReport(Value):
    """`body` is None if the log no longer gives what was issued. `corrected_by` is the number of a newer one."""

    number: int
    frozen: Frozen
    body: dict[str, Any] | None
    corrected_by: int | None = None


async def issued(services: Services, case: str) -> list[IssuedReport]:
    """Every report that a case issued, in order. For who may see the case whole. Raises Refused `no-such-case`."""
    async with services.pool.acquire() as conn:
        state, _ = await case_at(conn, services.processes, case)
    known = getattr(state, "issued", Issued())
    assert isinstance(known, Issued)
    found = []
    for number, frozen in enumerate(known.reports, 1):
        body = await remade(services.pool, services.processes, frozen)
        shown = body.model_dump(mode="json") if body is not None else None
        found.append(IssuedReport(number=number, frozen=frozen, body=shown, corrected_by=known.corrected.get(number)))
    return found


async def restatements(services: Services, case: str) -> list[Restated]:
    """What the newest pack says otherwise than the first (QBR-01). Raises Refused `no-such-case`, `no-pack`."""
    packs = [Pack.model_validate(one.body) for one in await issued(services, case) if one.body is not None]
    if not packs:
        raise Refused("no-pack", "Case {case} has no pack yet; it is made at the cut-off.", case=case[:120])
    return list(restated(packs[0], packs[-1]))


async def verify(services: Services, case: str | None) -> list[Problem]:
    """Issued reports (or those of a case) that the log no longer gives: another hash or position, or unknown."""
    kinds = [name for name, process in services.processes.items() if _issues(process.events.kinds)]
    async with services.pool.acquire() as conn:
        listed = [name for name, process, _ in await log.streams(conn) if process in kinds and case in (None, name)]
        streams = await log.read_streams(conn, dict.fromkeys(listed, 0)) if listed else {}
    found = []
    for name, events in streams.items():
        for stored in events:
            if stored.type == ReportIssued.__name__:
                event = ReportIssued.model_validate(stored.payload)
                if await remade(services.pool, services.processes, event.frozen) is None:
                    what = f"report {event.number} ({event.frozen.report}) made again is not what was issued"
                    found.append(Problem(name, stored.version, what))
    return found


def _issues(kinds: Mapping[str, Any]) -> bool:
    return ReportIssued.__name__ in kinds
