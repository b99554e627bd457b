"""The secret of a session as a page carries it: written anew on each, so that its compressed length tells nothing.

A page that repeats what its address says, beside a secret that stays, could be asked for again and again until its
length gives the secret away.
"""

import secrets

BYTES = 32


def masked(secret: str) -> str:
    """`secret`, 64 hex digits, behind a key of its own."""
    key = secrets.token_bytes(BYTES)
    return (key + _with(bytes.fromhex(secret), key)).hex()


def unmasked(text: str) -> str:
    """What was masked; empty for anything else."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return ""
    return _with(found[BYTES:], found[:BYTES]).hex() if len(found) == 2 * BYTES else ""


def _with(text: bytes, key: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(text, key, strict=True))
