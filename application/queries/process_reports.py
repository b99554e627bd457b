"""Reports that processes define, over the log as it is now or was at a time, as a reader may see them (KRN-43)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from pydantic import ValidationError

from application.frozen_reports import reports_of, snapshot_of
from application.queries.reports import organisation_at, units_for
from application.services import Services
from domain.kernel.errors import Refused
from domain.kernel.report import Frozen, Snapshot
from domain.kernel.value import Value

__all__ = ["report", "reports_of", "snapshot"]


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
    source = await snapshot(
        services, spec.processes, as_of=as_of, reader=reader, until=spec.until(question), events=spec.events
    )
    body, frozen = spec.freeze(source, question, position=source.position, as_of=source.at)
    assert isinstance(body, Value)
    return body, frozen


async def snapshot(
    services: Services,
    processes: tuple[str, ...],
    *,
    as_of: datetime | None,
    reader: str | None,
    until: date | None = None,
    events: bool = False,
) -> Snapshot:
    """The log up to now or to `as_of`. Raises Refused `not-your-report` for a reader without units."""
    now = as_of or datetime.now(UTC)
    organisation = await organisation_at(services, as_of)
    units = None if reader is None else units_for(organisation, None, reader, organisation.day_of(reader, now))
    whole = await snapshot_of(
        services.pool, services.processes, processes, organisation, now, until=until, events=events
    )
    return replace(whole, units=units)
