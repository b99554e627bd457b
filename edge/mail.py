"""Mail as people and operators ask about it: how somebody wants theirs, and what did not arrive."""

from typing import Any, get_args

from domain.kernel.errors import Refused
from edge.door import Door
from eventstore import mails
from eventstore.mails import Preference, Sending
from i18n import LANGUAGES

LISTED = 500


async def preference(door: Door, person: str) -> Preference:
    """How a person wants their mail; what holds for everybody if they said nothing."""
    async with door.pool.acquire() as conn:
        return (await mails.preferences(conn, [person])).get(person, Preference())


async def prefer(door: Door, person: str, *, sending: str | None = None, language: str | None = None) -> Preference:
    """Changes what is given and returns what holds now. Raises Refused `bad-preference`, `unknown-person`."""
    await _require_here(door, person)
    before = await preference(door, person)
    wanted = Preference(_sending(sending) if sending else before.sending, language or before.language)
    if wanted.language not in (None, *LANGUAGES):
        raise _bad(str(wanted.language), LANGUAGES)
    async with door.pool.acquire() as conn:
        await mails.prefer(conn, person, wanted)
    return wanted


async def undelivered(door: Door, *, limit: int = LISTED) -> list[dict[str, Any]]:
    """Mails that bounced or failed, and those that wait for another try, newest first: ids and codes, no addresses.

    `answer` is the server's code (550, 451), or away, error, no-utf8. No case waits for any of them.
    """
    async with door.pool.acquire() as conn:
        found = await mails.undelivered(conn, limit)
    return [
        {
            "mail": str(each.id),
            "person": each.person,
            "kind": each.kind,
            "state": each.state,
            "attempts": each.attempts,
            "next_try": each.next_try.isoformat() if each.state in ("waiting", "claimed") else None,
            "answer": each.answer,
            "made_at": each.made_at.isoformat(),
        }
        for each in found
    ]


async def _require_here(door: Door, person: str) -> None:
    async with door.pool.acquire() as conn:
        if person not in (await door.books.records(conn)).organisation.people:
            raise Refused("unknown-person", "There is no person {person} in the organisation.", person=person)


def _sending(text: str) -> Sending:
    known: tuple[Sending, ...] = get_args(Sending)
    found = next((each for each in known if each == text), None)
    if found is None:
        raise _bad(text, known)
    return found


def _bad(given: str, known: tuple[str, ...]) -> Refused:
    return Refused("bad-preference", "{given} is not one of {known}.", given=given[:40], known=", ".join(known))
