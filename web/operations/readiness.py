"""Whether this program can work: each thing that it needs, with the reason why not."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import readmodels
from application.queries.temporal_watch import TemporalAway, client_of, missing_search_attributes
from application.services import Services
from domain.kernel.errors import Refused
from eventstore.database import check_schema
from web.timeouts import within

PATIENCE = 5.0
"""Seconds for one check."""

MOST_BEHIND = 120.0
"""Seconds that the views may be behind the log before pages are too old to be shown."""


@dataclass(frozen=True, slots=True)
class Check:
    """`reason` is a word or a sentence for operators; empty if it is well."""

    name: str
    reason: str = ""


Ask = Callable[[Services], Coroutine[Any, Any, str]]


async def checks(services: Services) -> list[Check]:
    """Every check, whatever the others say; all at once."""
    asked: dict[str, Ask] = {
        "postgres": _postgres,
        "schema": _schema,
        "temporal": _temporal,
        "search-attributes": _search_attributes,
        "views": _views,
    }
    answers = await asyncio.gather(*(_asked(services, ask) for ask in asked.values()))
    return [Check(name, reason) for name, reason in zip(asked, answers, strict=True)]


async def _asked(services: Services, ask: Ask) -> str:
    try:
        return await within(PATIENCE, ask(services))
    except Refused as refused:
        return refused.message
    except (TemporalAway, TimeoutError):
        return "does not answer"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the reason; its text may hold an address
        return type(error).__name__


async def _postgres(services: Services) -> str:
    await services.pool.fetchval("select 1")
    return ""


async def _schema(services: Services) -> str:
    async with services.pool.acquire() as conn:
        await check_schema(conn)
    return ""


async def _temporal(services: Services) -> str:
    healthy = await client_of(services).service_client.check_health()
    return "" if healthy else "does not serve"


async def _search_attributes(services: Services) -> str:
    """An unknown one would stop every case."""
    missing = await missing_search_attributes(client_of(services))
    return f"not registered: {', '.join(sorted(missing))}" if missing else ""


async def _views(services: Services) -> str:
    async with services.pool.acquire() as conn:
        lag = await readmodels.lag(conn)
    behind = max((each.seconds for each in lag.values()), default=0.0)
    return f"the views are {behind:.0f} s behind the log" if behind > MOST_BEHIND else ""
