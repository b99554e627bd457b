"""What cases hold and other cases see, kept in the transaction of the events that say so, and rebuilt from them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.kernel.effects import Claim, ClaimQuery, HeldClaim, Release
from domain.kernel.errors import Refused
from domain.kernel.events import EventRow
from domain.kernel.values.money import Money
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("claims")

ClaimsOf = Callable[[str, Sequence[EventRow]], Iterable[tuple[datetime, Claim | Release]]]
"""(process, a stream's events) → its claims and releases in order, each with the time of its event."""


Entry = tuple[bool, Decimal | None, str | None, datetime]
Held = dict[tuple[str, str, str], Entry]
"""Claims of a stream: (kind, key, item) to whether it is exclusive, its amount and currency, and since when."""


async def claims(conn: "Connection", asked: Sequence[ClaimQuery]) -> list[HeldClaim]:
    """All holders of the (kind, key) asked for, oldest first."""
    if not asked:
        return []
    if locked := sorted({f"{query.kind}|{query.key}" for query in asked if query.lock}):
        await conn.execute(_SQL["lock"], locked)
    rows = await conn.fetch(_SQL["claims"], [query.kind for query in asked], [query.key for query in asked])
    return [_held(row) for row in rows]


async def held_by(conn: "Connection", stream: str | None) -> dict[str, Held]:
    """What a stream holds (None: each of them), as it is kept."""
    held: dict[str, Held] = {}
    for row in await conn.fetch(_SQL["held"], stream):
        item = (row["kind"], row["key"], row["item"])
        held.setdefault(row["stream"], {})[item] = (row["exclusive"], row["amount"], row["currency"], row["since"])
    return held


async def rebuild_claims(conn: "Connection", claims_of: ClaimsOf) -> int:
    """Makes the claims anew from the log, in one transaction in which nobody appends. Returns how many are held.

    Raises Refused `claims-collide` if the events give one exclusive claim to two holders; the old claims then stay.
    """
    from eventstore.log import read_stream, streams  # noqa: PLC0415 - the log applies claims, their rebuild reads the log

    async with conn.transaction():
        await conn.execute(_SQL["stop_writers"])
        await conn.execute(_SQL["forget"])
        steps: list[tuple[datetime, str, Claim | Release]] = []
        for stream, process, _version in await streams(conn):
            events = await read_stream(conn, stream)
            steps.extend((at, stream, step) for at, step in claims_of(process, events))
        steps.sort(key=lambda step: step[0])  # stable: within a stream and instant the order of its events stays
        for at, stream, step in steps:
            await _apply(conn, at, stream, step)
        held: int = await conn.fetchval("select count(*) from signoff.claims")
    return held


async def _apply(conn: "Connection", at: datetime, stream: str, step: Claim | Release) -> None:
    taken = await conn.fetchval(_SQL["apply"], stream, at, *columns([step]))
    if taken is not None:
        kind, key, holder = taken
        raise Refused(
            "claims-collide",
            "The log gives the claim {kind} {key} to both {holder} and {stream}; run `signoff verify`.",
            kind=kind,
            key=key,
            holder=holder,
            stream=stream,
        )


def columns(steps: Sequence[Claim | Release]) -> tuple[Any, ...]:
    """Claims and releases as the six arrays that the SQL functions take."""
    if not steps:
        return None, None, None, None, None, None
    amounts = [step.amount if isinstance(step, Claim) else None for step in steps]
    return (
        [_operation(step) for step in steps],
        [step.kind for step in steps],
        [step.key for step in steps],
        [step.item for step in steps],
        [str(amount.amount) if amount else None for amount in amounts],
        [amount.currency if amount else None for amount in amounts],
    )


def _operation(step: Claim | Release) -> str:
    match step:
        case Release():
            return "release"
        case Claim(exclusive=True):
            return "exclusive"
        case Claim():
            return "claim"


def _held(row: Any) -> HeldClaim:
    """Not validated again: the columns have these types, and someone busy may hold hundreds."""
    amount = None if row["amount"] is None else Money.model_construct(amount=row["amount"], currency=row["currency"])
    claim = Claim.model_construct(
        kind=row["kind"], key=row["key"], item=row["item"], exclusive=row["exclusive"], amount=amount
    )
    return HeldClaim.model_construct(claim=claim, stream=row["stream"], since=row["since"])
