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
class MayBeNew:
    """Marks a field that holds a person's id and for which edges also take `{"name": …, "email": …}`.

    They find the person by the keyed hash of the address, or register one, and put the id in its place.
    """
