"""The views by name: what makes their rows, where the rows are, and how a batch of them is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import asyncpg
from pydantic_core import to_json

from eventstore.database import Connection
from readmodels.delegation import delegated_act_columns
from readmodels.exceptions import exception_columns
from readmodels.fold import Batch, Change, DeadEvent
from readmodels.milestones import milestone_columns
from readmodels.rows import Columns, case_columns, inbox_columns
from readmodels.statements import sql
from readmodels.summaries import summary_columns
from readmodels.words import word_columns


@dataclass(frozen=True)
class View:
    """A view folded from the log. Raise `version` when `rows` makes something else of the same events.

    `rows` is pure, of one case; `write` is a statement of generation, changed cases and their rows as JSON, which
    leaves in `table` exactly these rows for these cases. Where rows are of events, it adds those that are not there.
    """

    name: str
    version: int
    table: str
    rows: Callable[[Change], Sequence[Columns]]
    write: str


CASES = View("cases", 3, "signoff.cases", case_columns, sql("write_cases"))
INBOX = View("inbox", 4, "signoff.inbox", inbox_columns, sql("write_inbox"))
EXCEPTIONS = View("exceptions", 1, "signoff.exceptions", exception_columns, sql("write_exceptions"))
STOOD_IN = View("stood_in", 1, "signoff.stood_in", delegated_act_columns, sql("write_stood_in"))
MILESTONES = View("milestones", 1, "signoff.milestones", milestone_columns, sql("write_milestones"))
SUMMARIES = View("summaries", 1, "signoff.summaries", summary_columns, sql("write_summaries"))
WORDS = View("words", 1, "signoff.case_words", word_columns, sql("write_case_words"))
VIEWS: tuple[View, ...] = (CASES, INBOX, EXCEPTIONS, STOOD_IN, MILESTONES, SUMMARIES, WORDS)


@dataclass(frozen=True)
class _Made:
    """The rows of one changed case, each as JSON."""

    change: Change
    rows: list[str]


async def write(conn: Connection, view: View, generation: int, batch: Batch) -> list[DeadEvent]:
    """Writes a batch into one generation of a view, inside the caller's transaction. Returns what it could not take."""
    made: list[_Made] = []
    dead: list[DeadEvent] = []
    for change in batch.changes:
        try:
            made.append(_Made(change, [to_json(row).decode() for row in view.rows(change)]))
        except Exception as error:  # noqa: BLE001 - one case that cannot be shown must not hide the others
            dead += _dead(change, error)
    return dead + await _put(conn, view, generation, made)


async def _put(conn: Connection, view: View, generation: int, made: Sequence[_Made]) -> list[DeadEvent]:
    """Writes all rows at once; if the database refuses a value, halves until the case that holds it stands alone."""
    if not made:
        return []
    rows = ",".join(row for each in made for row in each.rows)
    try:
        async with conn.transaction():
            await conn.execute(view.write, generation, [each.change.stream for each in made], f"[{rows}]")
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
        if len(made) == 1:
            return _dead(made[0].change, error)
        half = len(made) // 2
        return [dead for part in (made[:half], made[half:]) for dead in await _put(conn, view, generation, part)]
    return []


def _dead(change: Change, error: Exception) -> list[DeadEvent]:
    return [DeadEvent(event, type(error).__name__) for event in change.events]
