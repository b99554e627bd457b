"""Connections to the log's database, always in the application's role, and the errors a person may see on the way."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from domain.kernel.errors import Refused
from eventstore.arrays import ARRAYS
from eventstore.canonical import canonical
from eventstore.errors import DatabaseOutdated, DatabaseUnavailable
from eventstore.schema import check_schema, migrate, migrate_keys

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[Any] | PoolConnectionProxy[Any]
    Pool: TypeAlias = asyncpg.Pool[Any]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

__all__ = [
    "APP_ROLE",
    "AWAY",
    "Connection",
    "DatabaseOutdated",
    "DatabaseUnavailable",
    "Pool",
    "check_schema",
    "connect",
    "connection",
    "is_away",
    "migrate",
    "migrate_keys",
    "pool",
]  # fmt: skip

APP_ROLE = "signoff_app"
AWAY = (
    DatabaseUnavailable,
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # how asyncpg says that a connection died between two steps of one query
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientResourcesError,  # too many connections, no memory, a full disk
    asyncpg.PostgresSystemError,  # the disk does not take or give what it should
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,  # this program was stopped in a transaction
    asyncpg.IdleSessionTimeoutError,
)

ANSWERED = timedelta(seconds=8)
"""How long a program that people wait for waits for one answer of Postgres; to give up may take as long again."""

FROZEN, FROZEN_ALONE = timedelta(seconds=5), timedelta(minutes=1)
"""How long a program that stopped in the middle of a transaction keeps its locks: one that people wait for, another."""


def is_away(error: BaseException) -> bool:
    """Postgres is away or going: the work is worth repeating, with the same command id. Not for mistakes of our own."""
    return isinstance(error, AWAY) and not isinstance(error, asyncpg.exceptions.ClientConfigurationError)


_NOTICED = {
    "client_connection_check_interval": "5s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""So that Postgres notices within half a minute that a program, or its machine, is gone, and frees its locks."""


async def connect(url: str, *, role: str | None = APP_ROLE) -> "asyncpg.Connection[Any]":
    """One connection in the application's role; `role=None` keeps the login's own (migrations, operators).

    Raises DatabaseUnavailable, DatabaseOutdated (the role does not exist yet), or Refused for a wrong name or password.
    """
    with _explained(url):
        found = await asyncpg.connect(url, server_settings=_settings(role, FROZEN_ALONE), timeout=10)
    await _prepare(found)
    return found


@asynccontextmanager
async def connection(url: str, *, role: str | None = APP_ROLE) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection for the length of a block."""
    found = await connect(url, role=role)
    try:
        yield found
    finally:
        await found.close()


async def pool(
    url: str, *, min_size: int = 1, max_size: int = 10, reset: bool = True, awaited: bool = False
) -> "asyncpg.Pool[Any]":
    """An open pool whose connections work in the application's role. Errors as `connect`.

    `awaited`: people wait for what is done with it, so nothing waits for long: neither this program for a Postgres that
    hangs (TimeoutError, `is_away`), nor other programs for this one if it is stopped in the middle of a transaction.
    `reset=False` leaves the session as it is when a connection is given back, and saves a round trip for each use: for
    work that sets nothing in the session and takes no session lock.
    """
    with _explained(url):
        return await asyncpg.create_pool(
            url,
            min_size=min_size,
            max_size=max_size,
            server_settings=_settings(APP_ROLE, FROZEN if awaited else FROZEN_ALONE),
            init=_prepare,
            timeout=10,
            command_timeout=ANSWERED.total_seconds() if awaited else None,
            reset=None if reset else _as_it_is,
        )


async def _as_it_is(_: Connection) -> None:
    """Nothing to reset."""


async def _prepare(found: Connection) -> None:
    await found.set_type_codec("json", encoder=canonical, decoder=json.loads, schema="pg_catalog")
    protocol: Any = found._protocol  # type: ignore[union-attr] # noqa: SLF001 - there is no other way to tell it
    protocol.get_settings().register_data_types(ARRAYS)


def _settings(role: str | None, frozen: timedelta) -> dict[str, str]:
    settings = {"application_name": "signoff", "timezone": "UTC", **_NOTICED}
    if role is None:
        return settings
    return {**settings, "role": role, "idle_in_transaction_session_timeout": f"{frozen.total_seconds():g}s"}


@contextmanager
def _explained(url: str) -> Iterator[None]:
    name = urlsplit(url).path.lstrip("/")
    try:
        yield
    except asyncpg.InvalidParameterValueError as error:
        raise DatabaseOutdated(
            "database-outdated", "The database {database} is not set up yet; run `signoff migrate`.", database=name
        ) from error
    except asyncpg.InvalidCatalogNameError as error:
        raise Refused(
            "database-missing", "There is no database {database}; create it, then run `signoff migrate`.", database=name
        ) from error
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InsufficientPrivilegeError) as error:
        raise Refused(
            "database-login", "Postgres refused the login to {database}; check SIGNOFF_DATABASE_URL.", database=name
        ) from error
    except (asyncpg.exceptions.ClientConfigurationError, ValueError) as error:
        raise Refused(
            "database-url", "The database address is not one that Postgres understands; check SIGNOFF_DATABASE_URL."
        ) from error
    except AWAY as error:
        raise DatabaseUnavailable(
            f"Postgres does not answer for database {name}; start it or check SIGNOFF_DATABASE_URL."
        ) from error
