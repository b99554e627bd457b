"""A personal value that only the edge can open. Deciders carry it and never look inside (KRN-52)."""

from dataclasses import dataclass

from domain.kernel.value import Value


class Sealed(Value):
    """Ciphertext under the key of `subject` (a person id). Sealing is deterministic, so equal values compare equal."""

    subject: str
    sealed: str


@dataclass(frozen=True)
class SealFor:
    """Marks a field of a payload that the edge seals: `notes: Annotated[Sealed, SealFor("candidate")]`.

    `sibling` names the field of the same payload that holds the id of the person under whose key the text goes.
    Edges take plain text for such a field; the context (associated data) is `<process>.<command>.<field>`.
    """

    sibling: str


@dataclass(frozen=True)
class SealApart:
    """Marks a field that the edge seals so that nobody can tell later who wrote it (REV-12, docs/adr/0036).

    The text goes, padded to one length, under a key of the case that `task` names, which is destroyed once the case
    opens what it gathered (`OpenApart`). A text may have `LONGEST_APART` bytes.
    """

    task: str = "task"


LONGEST_APART = 4000
"""Bytes of UTF-8 of a text that is sealed apart."""
APART = "apart"
"""The context (associated data) of what is sealed apart."""


def apart_key(case: str) -> str:
    """Under whose name the key of a case is kept."""
    return f"apart:{case}"


@dataclass(frozen=True)
class MayBeNew:
    """Marks a field that holds a person's id and for which edges also take `{"name": …, "email": …}`.

    They find the person by the keyed hash of the address, or register one, and put the id in its place.
    """
