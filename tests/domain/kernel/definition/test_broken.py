"""A definition that cannot work is refused when it is imported, in one sentence with the process and the row."""

from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest

from domain.kernel.cases.case_events import Commented, ReviewApproved
from domain.kernel.commands import Decide
from domain.kernel.definition import (
    CaseState,
    DefinitionError,
    Guard,
    Reaction,
    process_of,
)
from domain.kernel.definition.rows import CommandSpec
from domain.kernel.document import document
from domain.kernel.events import Event
from domain.kernel.routing.case_roles import CaseRole
from domain.kernel.value import Value
from domain.kernel.values.message import Message
from tests.domain.kernel.definition.trip import DEFINITION, DOCUMENT, ROWS, BookTrip, Desk, TripBooked

OPENING, BOOK, NOTE = ROWS


class More(StrEnum):
    BOOKING = "booking"
    BOOKED = "booked"
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    LOST = "lost"


class Anything(Value):
    what: Any


class Unsaid(Event):
    by: str


class Unheard(Event):
    by: str


class Stranger(Value):
    pass


class Bare(CaseState):
    pass


class Needy(CaseState):
    document: int


def nothing(*_: object) -> None:
    pass


def rows(*changed: CommandSpec[Any, Any]) -> dict[str, Any]:
    return {"commands": changed}


SPEC = {
    "material": replace(DOCUMENT, material=DOCUMENT.material | {"price"}),
    "amount": replace(DOCUMENT, amount="price"),
    "unseen": replace(DOCUMENT, unseen=frozenset({"place"})),
}
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "twice": (rows(OPENING, BOOK, NOTE, replace(BOOK, label=NOTE.label)), "two rows have the name book-trip"),
    "kernel's": (
        rows(OPENING, BOOK, replace(NOTE, name="decide")),
        "row decide has the name of a command of the kernel",
    ),
    "no opening": (rows(BOOK, NOTE), "no row opens a case"),
    "no label": (rows(OPENING, replace(BOOK, label=Message(id=" ")), NOTE), "row book-trip has no label"),
    "no help": (rows(OPENING, replace(BOOK, help=Message(id="")), NOTE), "row book-trip has no help"),
    "nobody": (rows(OPENING, replace(BOOK, by=()), NOTE), "row book-trip says of nobody that they may give it"),
    "no form": (
        rows(OPENING, replace(BOOK, payload=Anything), NOTE),
        "row book-trip has no form: its field what can be anything",
    ),
    "role": ({"roles": ()}, "row book-trip is for the role travel desk, which no RoleSpec explains"),
    "opening stage": (
        rows(replace(OPENING, when=frozenset({"draft"})), BOOK, NOTE),
        "row request-trip opens a case, so it cannot ask for a stage",
    ),
    "stage": (
        rows(OPENING, replace(BOOK, when=frozenset({"boking"})), NOTE),
        "row book-trip names the stage boking, which there is not",
    ),
    "way": ({"ways": (("booked", "paid", "x"),)}, "a way names the stage paid, which there is not"),
    "lost stage": ({"stages": More}, "nothing reaches the stage lost"),
    "material": ({"includes": (document(SPEC["material"]),)}, "the material field price of trip is not in its content"),
    "amount": ({"includes": (document(SPEC["amount"]),)}, "the amount field price of trip is not in its content"),
    "unseen": ({"includes": (document(SPEC["unseen"]),)}, "the material field place of trip is not seen by conditions"),
    "no document": ({"state": Bare}, "the state Bare has no field document for the document"),
    "needy": ({"state": Needy}, "the state Needy has a field without a default"),
    "sentence": ({"events": (TripBooked, Unsaid)}, "event Unsaid has no sentence"),
    "event twice": ({"events": (TripBooked, Commented)}, "two events have the name Commented"),
    "unheard": (
        {"on": (Reaction(ReviewApproved, nothing), Reaction(Unheard, nothing))},
        "event Unheard is waited for, but never recorded",
    ),
    "guard": ({"guards": (Guard(Decide, nothing), Guard(Stranger, nothing))}, "the rule for Stranger has no row"),
    "deadline": ({"deadlines": {"task": nothing}}, "the deadline task is the kernel's"),
    "kernel parts": ({"kernel_parts": {"comment": (CaseRole.EMPLOYEE,)}}, "kernel_parts does not say who may"),
}


@pytest.mark.parametrize(("changes", "problem"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_work_is_named(changes: dict[str, Any], problem: str):
    with pytest.raises(DefinitionError) as caught:
        process_of(replace(DEFINITION, **changes))
    assert str(caught.value).startswith(f"The definition of trip cannot work: {problem}")


def test_two_parts_cannot_share_a_deadline():
    twice = replace(document(DOCUMENT), deadlines={"end-of-trip": nothing})
    with pytest.raises(DefinitionError, match="two rules are for the deadline end-of-trip"):
        process_of(replace(DEFINITION, includes=(twice,)))


def test_the_example_itself_works():
    assert process_of(DEFINITION).commands["book-trip"] is BookTrip
    assert Desk.TRAVEL_DESK in process_of(DEFINITION).allowed["book-trip"]
