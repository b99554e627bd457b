"""A document of a case: drafted, submitted, amended, returned, sent again, approved."""

from domain.kernel.document.component import document, opening
from domain.kernel.document.rules import amend, begin, resubmit, submit
from domain.kernel.document.shape import amendment_of, seen_of
from domain.kernel.document.spec import (
    IN_WORK,
    Amended,
    Derived,
    Document,
    DocumentSpec,
    Drafted,
    KeepDraft,
    LookedUp,
    Standing,
    is_approved,
    standing_of,
)

__all__ = [
    "IN_WORK",
    "Amended",
    "Derived",
    "Document",
    "DocumentSpec",
    "Drafted",
    "KeepDraft",
    "LookedUp",
    "Standing",
    "amend",
    "amendment_of",
    "begin",
    "document",
    "is_approved",
    "opening",
    "resubmit",
    "seen_of",
    "standing_of",
    "submit",
]
