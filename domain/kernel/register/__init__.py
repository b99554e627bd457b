"""Registers: entries that cases look up, with near matches, versions, rows of files and choices of forms."""

from domain.kernel.register.entries import EntryVersion, Registers
from domain.kernel.register.lookup import choices, near, require
from domain.kernel.register.model import (
    KINDS,
    REGISTRY,
    STREAM,
    EntryEnded,
    EntrySet,
    RegisterEntry,
    RegisterSpec,
    fold,
)
from domain.kernel.register.rows import differences, exported, planned

__all__ = [
    "KINDS",
    "REGISTRY",
    "STREAM",
    "EntryEnded",
    "EntrySet",
    "EntryVersion",
    "RegisterEntry",
    "RegisterSpec",
    "Registers",
    "choices",
    "differences",
    "exported",
    "fold",
    "near",
    "planned",
    "require",
]
