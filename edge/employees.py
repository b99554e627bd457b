"""Employees by id or address, with one answer for everybody else: a candidate is as unknown as a stranger (KRN-43)."""

from edge.door import Door
from edge.people import unknown_person


async def employee(door: Door, text: str) -> str:
    """The id of an employee, or of one who was. Raises Refused `unknown-person`."""
    return await refuse_outsider(door, await door.people.resolve(text))


async def refuse_outsider(door: Door, person: str) -> str:
    """`person`, if the organisation has them. Raises Refused `unknown-person`, worded as for an address of nobody."""
    if person not in (await door.organisation()).people:
        raise unknown_person()
    return person
