"""Reports that processes define, over the log as it is now or was at a time, as a reader may see them (KRN-43)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

import readmodels
from application.queries.reports import organisation_at, units_for
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.process import Process
from domain.kernel.report import Frozen, ReportSpec, Snapshot
from domain.kernel.value import Value
from eventstore import ledger_books, log


def reports_of(processes: Mapping[str, Process[Any]]) -> dict[str, ReportSpec[Snapshot, Any, Any]]:
    """All reports of all processes by name."""
    return {name: report for process in processes.values() for name, report in process.reports.items()}


async def report(
    services: Services,
    name: str,
    asked: Mapping[str, Any],
    *,
    as_of: datetime | None = None,
    reader: str | None,
) -> tuple[Value, Frozen]:
    """The report and what proves it. Reader None is the operator.

    Raises Refused `no-such-report`, `bad-question`, `not-your-report`.
    """
    spec = reports_of(services.processes).get(name)
    if spec is None:
        known = ", ".join(sorted(reports_of(services.processes)))
        raise Refused("no-such-report", "There is no report {name}; there are: {known}.", name=name[:80], known=known)
    try:
        question = spec.question.model_validate(dict(asked))
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, each["loc"])) + f": {each['msg']}" for each in error.errors())
        raise Refused(
            "bad-question", "The report {name} cannot be asked this: {wrong}.", name=name, wrong=wrong
        ) from None
    source = await snapshot(services, spec.processes, as_of=as_of, reader=reader)
    body, frozen = spec.freeze(source, question, position=source.position, as_of=source.at)
    assert isinstance(body, Value)
    return body, frozen


async def snapshot(
    services: Services, processes: tuple[str, ...], *, as_of: datetime | None, reader: str | None
) -> Snapshot:
    """The log up to now or to `as_of`. Raises Refused `not-your-report` for a reader without units."""
    now = as_of or datetime.now(UTC)
    organisation = await organisation_at(services, as_of)
    units = None if reader is None else units_for(organisation, None, reader, organisation.day_of(reader, now))
    wanted = {name: services.process(name) for name in processes if name in services.processes}
    async with services.pool.acquire() as conn:
        states = await readmodels.states_at(conn, wanted, now)
        balances = await ledger_books.balances(conn, recorded=as_of)
        position = await log.position_at(conn, now)
    return Snapshot(
        at=now, position=position, organisation=organisation, cases=states, balances=tuple(balances), units=units
    )
