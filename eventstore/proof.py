"""A proof: whole streams as they were hashed, with a signed checkpoint, in one file that is checked without Signoff.

docs/proof-format.md describes the file; verifier/verify_proof.py checks it and shares no code with this.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from domain.kernel.errors import Refused
from eventstore import chain
from eventstore.checkpoint import Checkpoint
from eventstore.sqlfiles import queries

if TYPE_CHECKING:
    from eventstore.database import Connection

_SQL = queries("chain")
FORMAT = "signoff-proof-1"


async def read(conn: "Connection", names: Sequence[str], checkpoint: Checkpoint | None) -> list[dict[str, Any]]:
    """The streams of these names, each whole, as of one instant, as the file holds them. Empty streams are left out.

    Nothing is handed out, and nothing signed, that does not verify: raises Refused `chain-broken`. `conn` must not be
    in a transaction.
    """
    for name in names:
        await refuse_broken(conn, name, checkpoint)
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        return [_stream(name, rows) for name in names if (rows := await conn.fetch(_SQL["events"], name))]


async def refuse_broken(conn: "Connection", name: str, checkpoint: Checkpoint | None = None) -> None:
    """Raises Refused `chain-broken` for a stream that does not verify."""
    report = await chain.verify(conn, name, checkpoint)
    for problem in report.problems:
        raise Refused(
            "chain-broken",
            "{stream} version {version}: {what}. Nothing was proved; find out what happened to the log.",
            stream=problem.stream,
            version=problem.version,
            what=problem.what,
        )


def heads(streams: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, str]]:
    """The newest event of each: what a checkpoint of just these streams holds."""
    return {stream["stream"]: (stream["head"]["version"], stream["head"]["hash"]) for stream in streams}


def _stream(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    events = [_event(row) for row in rows]
    return {"stream": name, "head": {"version": events[-1]["version"], "hash": events[-1]["hash"]}, "events": events}


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    """Every column, in a form that JSON keeps exactly; `payload` is the stored text, not the value it stands for."""
    return {
        **row,
        "command_id": str(row["command_id"]),
        "correlation": str(row["correlation"]),
        "recorded_at": row["recorded_at"].isoformat(),
        "hash": row["hash"].hex(),
    }
