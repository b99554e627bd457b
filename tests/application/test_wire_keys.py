"""Keys of what goes through Temporal: derived from the master key, and good for a while after it was exchanged."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload

from application import keyring
from domain.kernel.command import Command
from domain.kernel.errors import Refused
from domain.kernel.signature import require_signed, sign
from eventstore import keyfiles
from runtime.settings import Settings
from workflows.codec import EncryptionCodec

NOW = datetime(2026, 12, 1, tzinfo=UTC)
COMMAND = Command(case="c", process="hiring", name="decide", actor="e1", channel="web")
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b"82,000 THB")


def settings(home: Path, **more: object) -> Settings:
    return Settings.model_validate(
        {"home": home, "database_url": "x", "migrate_url": "x", "keys_url": "x", "temporal": {}, **more}
    )


def rotated(home: Path) -> Settings:
    """The settings after another exchange, as a program reads them that starts then."""
    keyfiles.new_master_key(home, {})
    keyfiles.replace_master_key(home)
    keyring._masters.cache_clear()
    return settings(home)


async def test_what_was_encrypted_before_a_rotation_still_opens(tmp_path: Path):
    codec = EncryptionCodec(keyring.payload_keys(settings(tmp_path)))
    [kept] = await codec.encode([PLAIN])
    rotated(tmp_path)

    ring = keyring.payload_keys(rotated(tmp_path))

    assert len(ring.keys) == 3
    [opened] = await EncryptionCodec(ring).decode([kept])
    assert opened.data == PLAIN.data
    [new] = await EncryptionCodec(ring).encode([PLAIN])
    assert new.metadata["encryption-key-id"] != kept.metadata["encryption-key-id"]
    [unopened] = await codec.decode([new])
    assert unopened == new


def test_a_signature_outlives_one_rotation_and_no_second(tmp_path: Path):
    signed = sign(COMMAND, keyring.command_keys(settings(tmp_path)), NOW)

    require_signed(signed, keyring.command_keys(rotated(tmp_path)), NOW)
    with pytest.raises(Refused) as refused:
        require_signed(signed, keyring.command_keys(rotated(tmp_path)), NOW)

    assert refused.value.code == "not-signed"


def test_earlier_keys_come_from_the_environment_too(tmp_path: Path):
    old, new = "01" * 64, "02" * 64
    before = settings(tmp_path, master_key=SecretStr(old))
    after = settings(tmp_path, master_key=SecretStr(new), previous_master_key=SecretStr(f"{old} {'03' * 64}"))

    require_signed(sign(COMMAND, keyring.command_keys(before), NOW), keyring.command_keys(after), NOW)
    assert len(keyring.payload_keys(after).keys) == 3
    assert not (tmp_path / "keys").exists()


def test_a_bad_earlier_key_is_named(tmp_path: Path):
    with pytest.raises(Refused) as refused:
        keyring.command_keys(settings(tmp_path, previous_master_key=SecretStr("abc")))

    assert refused.value.code == "bad-key"
    assert "SIGNOFF_PREVIOUS_MASTER_KEY" in refused.value.message


def test_each_purpose_has_keys_of_its_own(tmp_path: Path):
    here = settings(tmp_path)

    assert not set(keyring.command_keys(here).keys) & set(keyring.payload_keys(here).keys)
    assert keyring.command_keys(here).keys[0].hex() not in repr(keyring.command_keys(here))
