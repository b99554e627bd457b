"""What requests say besides their bodies: who asks, under which command id, as of when, if at which version."""

import re
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Header, Path, Query, Request

from application.counting import version_meant
from application.services import Services
from domain.kernel.errors import Refused
from domain.processes import PROCESSES
from web.identity.bearer import bearer
from web.identity.visitor import Visitor

_ETAG = '"([0-9]{1,15})"'
FIRST_YEAR, LAST_YEAR = 1990, 2200
_YEARS = r"^(199[0-9]|2[01][0-9]{2})-"

FormHints = Annotated[Visitor, Depends(bearer)]
CaseId = Annotated[
    str, Path(alias="case", description="The id of a case.", pattern=r"^[A-Za-z0-9_-]{3,80}$", examples=["hiring-7k2m"])
]
ProcessName = Annotated[
    str,
    Path(
        alias="process", description="A process.", max_length=80, pattern="^[a-z_-]+$",
        json_schema_extra={"enum": sorted(PROCESSES)},
    ),
]  # fmt: skip
TaskId = Annotated[
    str,
    Path(alias="task", description="The id of a task, as inbox and case have it.", pattern=r"^[A-Za-z0-9._:-]{3,200}$"),
]


async def command_id(
    request: Request,
    given: Annotated[
        UUID | None,
        Header(
            alias="Idempotency-Key",
            description="The command id. The same key with the same content is carried out once, ever; with other"
            " content it is refused (`command-id-reused`). Without it an id is made; each answer has it in its header.",
        ),
    ] = None,
) -> UUID:
    """The id under which the command is known from now on: answers of any kind carry it."""
    found = given or uuid4()
    request.state.command_id = found
    return found


async def as_of(
    given: Annotated[
        str | None,
        Query(
            alias="as_of",
            description="As it was known at this instant (ISO 8601 with its offset). Who may see it is judged today.",
            max_length=40,
            json_schema_extra={"format": "date-time", "pattern": _YEARS},
            examples=["2026-11-23T14:30:00+07:00"],
        ),
    ] = None,
) -> datetime | None:
    """The instant in UTC. Raises Refused `bad-time`."""
    if given is None:
        return None
    found = _instant(given.replace(" ", "+"))  # a plus that the address did not escape
    if found is None or found.tzinfo is None or not FIRST_YEAR <= found.year < LAST_YEAR:
        raise Refused("bad-time", "{text} is no time; write 2026-11-23T14:30:00+07:00.", text=repr(given))
    return found.astimezone(UTC)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


async def expected(
    given: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="The ETag of the case: the command is refused (412) if the case has moved on since.",
            examples=['"7"'],
            json_schema_extra={"pattern": rf"^({_ETAG}|\*)$"},
        ),
    ] = None,
) -> int | None:
    """The version that the case must be at; `*` is any. Raises Refused `bad-etag`."""
    if given is None or given.strip() == "*":
        return None
    found = re.fullmatch(rf"\s*{_ETAG}\s*", given)
    if found is None:
        raise Refused("bad-etag", 'If-Match must be the ETag of the case, for example "7" with its quotation marks.')
    return int(found[1])


CommandId = Annotated[UUID, Depends(command_id)]
AsOf = Annotated[datetime | None, Depends(as_of)]
Expected = Annotated[int | None, Depends(expected)]


async def meant(services: Services, case: str, visitor: Visitor, given: int | None) -> int | None:
    """The version that If-Match means: its number is of what the visitor sees of the case (KRN-43)."""
    return None if given is None else await version_meant(services, case, visitor.person, given)
