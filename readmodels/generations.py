"""The table of views: which generation of each is shown, how far it is, and who may move it."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.kernel.errors import Refused
from eventstore.database import Connection
from readmodels.fold import Processes
from readmodels.view import View

_LOCKS = 0x5160FF
"""First key of the advisory locks of views. Second key 0: moving what is shown; else: building one view anew."""

LONG = 600.0
"""Seconds that one statement of a rebuild may take."""
_FROZEN = "30s"
"""After so long without a word a rebuild that stopped the views loses its session, and they go on."""


class ViewsAreNewer(Refused):
    """A view was built by code of a later version, or one that knows more processes."""

    def __init__(self, view: str) -> None:
        super().__init__(
            "views-newer",
            "The view {view} was built by a newer version of Signoff; run it, or `signoff rebuild` with this one.",
            view=view,
        )


@dataclass(frozen=True)
class Generation:
    """One generation of a view; `position` is the last event it shows."""

    generation: int
    view: View
    version: int
    processes: frozenset[str]
    position: int

    def newer_than(self, processes: Processes) -> bool:
        return self.version > self.view.version or not self.processes <= set(processes)

    def older_than(self, processes: Processes) -> bool:
        return self.version < self.view.version or self.processes != set(processes)


async def shown(conn: Connection, views: Sequence[View], processes: Processes) -> list[Generation]:
    """The active generations of `views`; a view without one gets an empty one. Raises ViewsAreNewer."""
    found = await _active(conn, views)
    missing = [view for view in views if view.name not in {each.view.name for each in found}]
    if missing:
        for view in missing:
            await conn.execute(_BEGIN, view.name, view.version, sorted(processes), True)
        found = await _active(conn, views)
    for each in found:
        if each.newer_than(processes):
            raise ViewsAreNewer(each.view.name)
    return found


async def begin(conn: Connection, view: View, processes: Processes) -> Generation:
    """A new generation beside the one that is shown, still empty."""
    number = await conn.fetchval(_BEGIN + " RETURNING generation", view.name, view.version, sorted(processes), False)
    return Generation(number, view, view.version, frozenset(processes), 0)


async def move(conn: Connection, generations: Sequence[Generation], position: int) -> None:
    await conn.execute(
        "UPDATE signoff.views SET position = $2 WHERE generation = ANY ($1::bigint[])",
        [each.generation for each in generations],
        position,
    )


async def show(conn: Connection, generations: Sequence[Generation]) -> None:
    """Readers see these generations instead of those shown before, in the caller's transaction."""
    names = [each.view.name for each in generations]
    numbers = [each.generation for each in generations]
    await conn.execute("UPDATE signoff.views SET active = false WHERE active AND name = ANY ($1::text[])", names)
    await conn.execute("UPDATE signoff.views SET active = true WHERE generation = ANY ($1::bigint[])", numbers)


async def sweep(conn: Connection, view: View) -> None:
    """Deletes the generations of a view that nobody sees, some rows at a time. Needs the lock on building the view."""
    numbers = await conn.fetch("SELECT generation FROM signoff.views WHERE name = $1 AND NOT active", view.name)
    for (number,) in numbers:
        while await conn.fetchval(_SWEEP.format(table=view.table), number):
            pass
        await conn.execute("DELETE FROM signoff.dead_letters WHERE generation = $1", number)
        await conn.execute("DELETE FROM signoff.views WHERE generation = $1", number)


async def position_shown(conn: Connection, views: Sequence[View]) -> int:
    """The position up to which all of `views` show the log; 0 while one of them was never begun."""
    names = [view.name for view in views]
    rows = await conn.fetch("SELECT position FROM signoff.views WHERE active AND name = ANY ($1::text[])", names)
    return min((row["position"] for row in rows), default=0) if len(rows) == len(names) else 0


async def head_and_shown(conn: Connection, views: Sequence[View]) -> tuple[int, int]:
    """The head of the log and what `position_shown` says, of one moment and in one round trip."""
    names = [view.name for view in views]
    row = await conn.fetchrow(
        "SELECT (SELECT coalesce(max(position), 0) FROM signoff.events) AS head, min(position) AS shown,"
        " count(*) AS begun FROM signoff.views WHERE active AND name = ANY ($1::text[])",
        names,
    )
    assert row is not None
    return row["head"], row["shown"] if row["begun"] == len(names) else 0


async def highest_shown(conn: Connection, views: Sequence[View]) -> int:
    """The position that readers of some of `views` have seen already."""
    names = [view.name for view in views]
    found: int = await conn.fetchval(
        "SELECT coalesce(max(position), 0) FROM signoff.views WHERE active AND name = ANY ($1::text[])", names
    )
    return found


async def try_to_move(conn: Connection) -> bool:
    """Takes the lock of the one projector until the transaction ends, if it is free."""
    return bool(await conn.fetchval("SELECT pg_try_advisory_xact_lock($1, 0)", _LOCKS))


async def wait_to_move(conn: Connection) -> None:
    """Takes the lock of the one projector until the transaction ends."""
    await conn.execute("SELECT pg_advisory_xact_lock($1, 0)", _LOCKS)


async def stop_moving(conn: Connection) -> None:
    """Keeps projectors out until `go_on_moving` or the end of the session, for a frozen program after `_FROZEN`."""
    await conn.execute(f"SET idle_session_timeout = '{_FROZEN}'")
    await conn.execute("SELECT pg_advisory_lock($1, 0)", _LOCKS, timeout=LONG)


async def go_on_moving(conn: Connection) -> None:
    await conn.execute("SELECT pg_advisory_unlock($1, 0)", _LOCKS)
    await conn.execute("RESET idle_session_timeout")


async def try_to_build(conn: Connection, view: View) -> bool:
    """Takes the lock on building a view anew until the end of the session, if it is free."""
    return bool(await conn.fetchval(f"SELECT pg_try_advisory_lock($1, {_BUILD_KEY})", _LOCKS, view.name))


async def stop_building(conn: Connection, view: View) -> None:
    await conn.execute(f"SELECT pg_advisory_unlock($1, {_BUILD_KEY})", _LOCKS, view.name)


_BUILD_KEY = "hashtext($2) | 1"  # never 0, which is the projector's

_BEGIN = """
INSERT INTO signoff.views (name, version, processes, active) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) WHERE active DO NOTHING"""

_SWEEP = """
WITH gone AS (
    DELETE FROM {table} WHERE ctid = ANY (ARRAY (SELECT ctid FROM {table} WHERE generation = $1 LIMIT 5000)) RETURNING 1
) SELECT count(*) FROM gone"""


async def _active(conn: Connection, views: Sequence[View]) -> list[Generation]:
    by_name = {view.name: view for view in views}
    rows = await conn.fetch(
        "SELECT generation, name, version, processes, position FROM signoff.views"
        " WHERE active AND name = ANY ($1::text[]) ORDER BY generation",
        list(by_name),
    )
    return [
        Generation(
            row["generation"], by_name[row["name"]], row["version"], frozenset(row["processes"]), row["position"]
        )
        for row in rows
    ]
