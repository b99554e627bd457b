"""What was returned to somebody, with whose words: it is theirs to correct and send again, though no task says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from application.queries import listing
from application.queries.available_commands import commands_for
from application.services import Services
from domain.kernel.cases.case import Status
from domain.kernel.cases.case_events import ReviewReturned
from domain.kernel.values.message import Message
from eventstore import log
from readmodels import Wanted


@dataclass(frozen=True)
class Returned:
    """`command` sends it again, as far as the reader may; `fields` are those to correct."""

    case: str
    process: str
    title: Message | None
    by: str
    reason: str
    fields: tuple[str, ...]
    command: str | None

    @property
    def mentions(self) -> tuple[Message | str | None, ...]:
        """Where people are named."""
        return self.title, self.by, self.reason


async def returned(services: Services, person: str, *, case: str | None = None) -> Sequence[Returned]:
    """The returned cases that wait for `person`, newest first; only `case`, if one is named."""
    wanted = Wanted(person=person, open_only=True, id_part=case or "")
    rows = [row for row in await listing.cases(services, wanted, reader=person) if case in (None, row["case"])]
    mine = [row for row in rows if row.get("status") == Status.RETURNED and person in (row.get("waiting_on") or ())]
    if not mine:
        return ()
    async with services.pool.acquire() as conn:
        stored = await log.read_types(conn, [row["case"] for row in mine], ["ReviewReturned"])
    found = []
    for row in mine:
        process = services.process(row["process"])
        event = process.events.decode(stored[row["case"]][-1])
        assert isinstance(event, ReviewReturned)
        again = [name for name in await commands_for(services, row["case"], person) if name.startswith("resubmit")]
        found.append(
            Returned(
                row["case"],
                row["process"],
                _title(row),
                event.by,
                event.reason,
                event.fields,
                next(iter(again), None),
            )
        )
    return found


def _title(row: Mapping[str, Any]) -> Message | None:
    """None where it is hidden from them."""
    given = row.get("case_title") or {}
    return Message.model_validate(given) if "id" in given else None
