"""Connections to the log's database, always in the application's role, and the errors a person may see on the way."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
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
)


def is_away(error: BaseException) -> bool:
    """Postgres is away or going: the work is worth repeating, with the same command id. Not for mistakes of our own."""
    return isinstance(error, AWAY) and not isinstance(error, asyncpg.exceptions.ClientConfigurationError)


async def connect(url: str, *, role: str | None = APP_ROLE) -> "asyncpg.Connection[Any]":
    """One connection in the application's role; `role=None` keeps the login's own (migrations, operators).

    Raises DatabaseUnavailable, DatabaseOutdated (the role does not exist yet), or Refused for a wrong name or password.
    """
    with _explained(url):
        found = await asyncpg.connect(url, server_settings=_settings(role), timeout=10)
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


async def pool(url: str, *, min_size: int = 1, max_size: int = 10, reset: bool = True) -> "asyncpg.Pool[Any]":
    """An open pool whose connections work in the application's role. Errors as `connect`.

    `reset=False` leaves the session as it is when a connection is given back, and saves a round trip for each use: for
    work that sets nothing in the session and takes no session lock.
    """
    with _explained(url):
        return await asyncpg.create_pool(
            url,
            min_size=min_size,
            max_size=max_size,
            server_settings=_settings(APP_ROLE),
            init=_prepare,
            timeout=10,
            reset=None if reset else _as_it_is,
        )


async def _as_it_is(_: Connection) -> None:
    """Nothing to reset."""


async def _prepare(found: Connection) -> None:
    await found.set_type_codec("json", encoder=canonical, decoder=json.loads, schema="pg_catalog")
    protocol: Any = found._protocol  # type: ignore[union-attr] # noqa: SLF001 - there is no other way to tell it
    protocol.get_settings().register_data_types(ARRAYS)


def _settings(role: str | None) -> dict[str, str]:
    settings = {"application_name": "signoff", "timezone": "UTC"}
    return settings if role is None else {**settings, "role": role}


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
