"""What goes through Temporal is encrypted with keys of the deployment, so that its server and its disk read nothing.

Temporal's own mechanism, a payload codec. AES-256-GCM with a random nonce; the key's id stands beside the ciphertext
and is authenticated with it. Not imported by workflows: it runs outside their sandbox.
"""

import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from domain.kernel.key_ring import KeyRing

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
SEALED = "signoff-sealed"
"""Metadata of a payload that was decrypted here. It is set by `decode` alone: what others wrote there is taken off."""

_NONCE_BYTES = 12


class EncryptionCodec(PayloadCodec):
    """Encrypts with the newest key of the ring, decrypts with any. What is not encrypted passes, without the mark."""

    def __init__(self, ring: KeyRing) -> None:
        self._newest = ring.newest
        self._ciphers = {key_id: AESGCM(key) for key_id, key in ring.by_id.items()}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """What no key opens stays as it is: a stranger's bytes must not stop the case that they were sent to."""
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce, key_id = os.urandom(_NONCE_BYTES), self._newest
        data = nonce + self._ciphers[key_id].encrypt(nonce, payload.SerializeToString(), key_id.encode())
        return Payload(metadata={"encoding": ENCODING, KEY_ID: key_id.encode()}, data=data)

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return _unmarked(payload)
        key_id = payload.metadata.get(KEY_ID, b"")
        cipher = self._ciphers.get(key_id.decode("ascii", "replace"))
        if cipher is None:
            return _unmarked(payload)
        try:
            plain = cipher.decrypt(payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:], key_id)
            opened = Payload.FromString(plain)
        except (InvalidTag, ValueError, DecodeError):
            return _unmarked(payload)
        opened.metadata[SEALED] = b"1"
        return opened


def is_sealed(payload: Payload) -> bool:
    """Whether a payload that came through `decode` was encrypted with a key of the deployment."""
    return SEALED in payload.metadata


def without_marks(payloads: Iterable[Payload]) -> list[Payload]:
    """Decoded payloads as they were before they were encrypted, for those who asked from outside."""
    return [_unmarked(payload) for payload in payloads]


def _unmarked(payload: Payload) -> Payload:
    if SEALED not in payload.metadata:
        return payload
    plain = Payload()
    plain.CopyFrom(payload)
    del plain.metadata[SEALED]
    return plain
