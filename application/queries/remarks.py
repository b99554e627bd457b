"""What is odd about a command that would open a case, and yet allowed: said before anything is sent."""

from collections.abc import Sequence

from application.queries.available_commands import facts_of
from application.services import Services
from domain.kernel.cases.case import Case
from domain.kernel.command import Command
from domain.kernel.effects import ClaimQuery
from domain.kernel.payloads import parse_payload
from domain.kernel.values.message import Message
from eventstore import log


async def remarks(services: Services, made: Command) -> Sequence[Message]:
    """Of a command as `compose.start` makes it."""
    process = services.process(made.process)
    payload = parse_payload(process, made.name, made.payload)
    facts = await facts_of(services, Case(id="", process=process.name))
    asked = [need for need in process.needs(process.initial(made.case), made, payload) if isinstance(need, ClaimQuery)]
    if asked:  # what other cases say that a decision would see; who reads it only locks nothing
        async with services.pool.acquire() as conn:
            held = await log.claims(conn, [one.model_copy(update={"lock": False}) for one in asked])
        facts = facts.model_copy(update={"claims": tuple(held)})
    return process.remarks(payload, facts)
