"""Keys for one purpose, the newest first: the newest is used, the others still open what was made before a rotation."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

KEY_BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """At least one key of `KEY_BYTES` bytes."""

    keys: tuple[bytes, ...]

    @classmethod
    def derived(cls, masters: Sequence[bytes], purpose: bytes) -> "KeyRing":
        """A ring from master keys, newest first. What one purpose's key does says nothing of another's."""
        return cls(tuple(hmac.digest(master, purpose, hashlib.sha256) for master in masters))

    @cached_property
    def by_id(self) -> dict[str, bytes]:
        """Each key under a public name that does not tell it, the newest first."""
        return {hashlib.sha256(b"key id" + key).hexdigest()[:12]: key for key in self.keys}

    @cached_property
    def newest(self) -> str:
        return next(iter(self.by_id))

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self.by_id)})"
