"""What is odd about a command that would open a case, and yet allowed: said before anything is sent."""

from collections.abc import Sequence

from application.queries.available_commands import facts_of
from application.services import Services
from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.payloads import parse_payload
from domain.kernel.values.message import Message


async def remarks(services: Services, made: Command) -> Sequence[Message]:
    """Of a command as `compose.start` makes it."""
    process = services.process(made.process)
    facts = await facts_of(services, Case(id="", process=process.name))
    return process.remarks(parse_payload(process, made.name, made.payload), facts)
