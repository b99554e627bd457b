"""What forms offer stays small in a large company; what is typed is understood or asked about."""

from typing import Any

import pytest

from domain.kernel.values.reference import Reference
from domain.processes import PROCESSES
from web.forms.choices import NOBODY, NOT_THERE, Choices, resolved
from web.forms.fields import Field, Kind, fields_of
from web.forms.sheet import begun
from web.forms.wrong import Wrong

PERSON = Field("to", Kind.AMONG, among=Reference("person"))
UNIT = Field("unit", Kind.AMONG, among=Reference("unit"))
PEOPLE = {"e1": "Anong Chai", "e2": "Boon Dee", "e3": "Boon Dee", "e4": "Kanya Sri"}
OFFERED = Choices({"person": PEOPLE, "unit": {"it": "\N{EM SPACE}Information Technology"}})


async def understood(field: Field, text: str) -> tuple[Any, list[Wrong]]:
    found = await resolved(None, (field,), {field.name: text}, OFFERED)  # type: ignore[arg-type]
    return found.payload[field.name], found.wrong


@pytest.mark.parametrize("text", ["e1", "Anong Chai", "anong chai", "Anong Chai (e1)", "Whoever (e1)"])
async def test_people_are_understood_by_id_and_whole_name(text: str):
    assert await understood(PERSON, text) == ("e1", [])


@pytest.mark.parametrize(
    ("text", "near"),
    [("Boon Dee", ("e2", "e3")), ("Anon", ("e1",)), ("Kanyo Sri", ("e4",)), ("zzz", ())],
)
async def test_what_is_not_one_person_is_asked_about(text: str, near: tuple[str, ...]):
    kept, [wrong] = await understood(PERSON, text)

    assert (kept, wrong.at) == (text, "p.to")
    assert all(f"({person})" in str(wrong.message) for person in near)
    assert near or wrong.message == NOBODY


async def test_a_part_of_a_unit_s_name_is_asked_about_too():
    kept, [wrong] = await understood(UNIT, "informa")

    assert kept == "informa"
    assert "Information Technology (it)" in str(wrong.message)


async def test_an_entry_that_was_not_offered_is_refused():
    assert await understood(UNIT, "nowhere") == ("nowhere", [Wrong("p.unit", NOT_THERE)])


def test_ten_thousand_people_and_positions_are_not_sent_along_with_the_page():
    hiring = PROCESSES["hiring"]
    many = {f"e{number}": f"Name {number}" for number in range(10_000)}
    sheet = begun(
        hiring,
        "raise-requisition",
        Choices({"person": many, "position": many, "unit": {"it": "IT"}}),
        present={},
        given={},
        amends=False,
    )

    position = next(field for field in fields_of(sheet.model) if field.name == "position")
    assert sheet.datalists == {}
    assert not sheet.choices.listed(position)
    assert sheet.choices.typed(position, "e77") == "Name 77 (e77)"
