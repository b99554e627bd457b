"""Reports computed from the log up to an instant: for the effect that has one issued, and to make it again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import readmodels
from activities.record_cache import organisation_book
from domain.kernel.effects import MakeReport
from domain.kernel.process import Process
from domain.kernel.report import Frozen, Happening, ReportSpec, Snapshot
from domain.kernel.value import Value
from domain.organisation import record
from domain.organisation.model import Organisation
from eventstore import ledger_books, log
from eventstore.database import Connection, Pool

Processes = Mapping[str, Process[Any]]


def reports_of(processes: Processes) -> dict[str, ReportSpec[Snapshot, Any, Any]]:
    """All reports of all processes by name."""
    return {name: report for process in processes.values() for name, report in process.reports.items()}


async def freeze(pool: Pool, processes: Processes, effect: MakeReport) -> dict[str, Any]:
    """The report that an effect asks for, as its case is told it: what proves it, and the report if the case wants it.

    An instant that is still to come is now: it cannot be known.
    """
    spec = reports_of(processes)[effect.report]
    question = spec.question.model_validate(effect.asked)
    source = await snapshot_at(pool, processes, spec, question, min(effect.as_of, datetime.now(UTC)))
    body, frozen = spec.freeze(source, question, position=source.position, as_of=source.at)
    told = {"frozen": frozen.model_dump(mode="json")}
    return told | ({"body": body.model_dump(mode="json")} if spec.told else {})


async def remade(pool: Pool, processes: Processes, frozen: Frozen) -> Value | None:
    """An issued report made again from the log; None if the log no longer gives what was issued (STS-04)."""
    spec = reports_of(processes).get(frozen.report)
    if spec is None:
        return None
    question = spec.question.model_validate(frozen.asked)
    source = await snapshot_at(pool, processes, spec, question, frozen.as_of)
    body = spec.check(source, frozen) if source.position == frozen.position else None
    assert body is None or isinstance(body, Value)
    return body


async def snapshot_at(
    pool: Pool, processes: Processes, spec: ReportSpec[Snapshot, Any, Any], question: Any, at: datetime
) -> Snapshot:
    """The whole log up to an instant, as one who may see everything."""
    book = organisation_book()
    async with pool.acquire() as conn:
        book.take(await log.read_stream(conn, record.STREAM, as_of=at))
    return await snapshot_of(
        pool, processes, spec.processes, book.value, at, until=spec.until(question), events=spec.events
    )


async def snapshot_of(
    pool: Pool,
    processes: Processes,
    names: tuple[str, ...],
    organisation: Organisation,
    at: datetime,
    *,
    until: date | None = None,
    events: bool = False,
) -> Snapshot:
    """Cases of the processes that there are, balances and position at an instant; money up to `until` only."""
    wanted = {name: processes[name] for name in names if name in processes}
    async with pool.acquire() as conn:
        states = await readmodels.states_at(conn, wanted, at)
        balances = await ledger_books.balances(conn, recorded=at, effective=until)
        position = await log.position_at(conn, at)
        happened = await _happened(conn, list(wanted), position) if events else {}
    return Snapshot(
        at=at, position=position, organisation=organisation, cases=states, balances=tuple(balances), events=happened
    )


async def _happened(conn: Connection, names: list[str], position: int) -> dict[str, list[Happening]]:
    found: dict[str, list[Happening]] = {}
    for stream, version, type_, at in await log.happened(conn, names, position):
        found.setdefault(stream, []).append(Happening(version, type_, at))
    return found
