"""Employees by id or address, with one answer for everybody else: a candidate is as unknown as a stranger (KRN-43)."""

from application.people import unknown_person
from application.services import Services


async def employee(services: Services, text: str) -> str:
    """The id of an employee, or of one who was. Raises Refused `unknown-person`."""
    return await refuse_outsider(services, await services.people.resolve(text))


async def refuse_outsider(services: Services, person: str) -> str:
    """`person`, if the organisation has them. Raises Refused `unknown-person`, worded as for an address of nobody."""
    if person not in (await services.organisation()).people:
        raise unknown_person()
    return person
