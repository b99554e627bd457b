"""Payloads are encrypted whole, and only what a key of ours opened bears the mark."""

import pytest
from temporalio.api.common.v1 import Payload

from tests.support.office import PAYLOAD_KEYS
from workflows.codec import SEALED, EncryptionCodec, is_sealed, without_marks

CODEC = EncryptionCodec(PAYLOAD_KEYS)
PLAIN = Payload(metadata={"encoding": b"json/plain", "messageType": b"x"}, data=b'{"max":"82000 THB"}')


async def test_what_was_encrypted_comes_back_whole():
    [kept] = await CODEC.encode([PLAIN])
    [opened] = await CODEC.decode([kept])

    assert b"82000" not in kept.SerializeToString()
    assert is_sealed(opened)
    assert without_marks([opened]) == [PLAIN]


async def test_the_same_value_never_looks_the_same():
    first, second = await CODEC.encode([PLAIN, PLAIN])

    assert first.data != second.data


async def test_what_was_never_encrypted_passes_without_a_mark():
    forged = Payload(metadata={**PLAIN.metadata, SEALED: b"1"}, data=PLAIN.data)

    assert await CODEC.decode([PLAIN, forged]) == [PLAIN, PLAIN]


@pytest.mark.parametrize("place", [0, 11, 12, 40, -1])
async def test_an_altered_ciphertext_stays_closed(place: int):
    [kept] = await CODEC.encode([PLAIN])
    data = bytearray(kept.data)
    data[place] ^= 1
    altered = Payload(metadata=kept.metadata, data=bytes(data))

    assert await CODEC.decode([altered]) == [altered]
    assert not is_sealed((await CODEC.decode([altered]))[0])


@pytest.mark.parametrize("metadata", [{}, {"encryption-key-id": b"\xff"}, {"encryption-key-id": b"000000000000"}])
async def test_a_ciphertext_without_a_known_key_stays_closed(metadata: dict[str, bytes]):
    strange = Payload(metadata={"encoding": b"binary/encrypted", SEALED: b"1", **metadata}, data=b"")

    [found] = await CODEC.decode([strange])

    assert found.metadata["encoding"] == b"binary/encrypted"
    assert not is_sealed(found)
