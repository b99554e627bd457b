"""Approving content: open a review, decide its steps, change or resubmit what it is about (KRN-01 to KRN-19).

This module is the only maker of `Decided` events (KRN-01).
"""

from collections.abc import Mapping
from typing import Any

from domain.kernel.money import Money
from domain.kernel.tape import Tape
from domain.kernel.value import Value


class Content(Value):
    """What approvers decide on. `material` fields are hashed; `data` is what conditions see (material fields among it).

    `excluded` are persons who never decide it besides the requester: beneficiary, subject (KRN-02).
    """

    requester: str
    unit: str
    material: dict[str, Any]
    data: dict[str, Any]
    amount: Money | None = None
    excluded: tuple[str, ...] = ()


def content_hash(fields: Mapping[str, Any]) -> str:
    """Hex SHA-256 over the canonical JSON of `fields`."""
    raise NotImplementedError


def open_review(tape: Tape[Any], review: str, route: str, content: Content) -> None:
    """Submits content: ReviewOpened, then the first step's TaskOffered (or StepStuck)."""
    raise NotImplementedError


def change(tape: Tape[Any], review: str, content: Content) -> None:
    """New content for a review that is open or approved. A material change voids and restarts, else approvers are told."""
    raise NotImplementedError


def resubmit(tape: Tape[Any], review: str, content: Content) -> None:
    """New round of a returned review. Raises Refused `not-returned`."""
    raise NotImplementedError


def end(tape: Tape[Any], review: str, status: str, reason: str) -> None:
    """Ends an open review (withdrawn, expired, cancelled) and its tasks. Nothing if it is not open."""
    raise NotImplementedError
