"""Personal values open only with the person's key, and never again without it."""

import stat

import pytest

from domain.kernel.errors import Refused
from eventstore import log
from eventstore.chain import verify
from eventstore.database import connection, pool
from eventstore.keyfiles import MASTER_VARIABLE, master_key, new_master_key, replace_master_key, signing_key
from eventstore.keys import KeyStore
from runtime.settings import keys_database
from tests.eventstore.helpers import event, stamp

MASTER = bytes(range(64))
OTHER = bytes(range(1, 65))


@pytest.fixture
async def database_url(postgres):
    """A log with its key database beside it."""
    url = await postgres.migrated()
    yield url
    await postgres.drop(url)


@pytest.fixture
async def vault(database_url):
    opened = await pool(keys_database(database_url), max_size=2)
    yield opened
    await opened.close()


@pytest.fixture
async def keys(vault):
    store = KeyStore(vault, MASTER)
    await store.adopt("e1001", "Somchai@Example.co.th")
    return store


async def refusal(awaitable):
    with pytest.raises(Refused) as refused:
        await awaitable
    assert "@" not in str(refused.value)
    return refused.value.code


async def test_sealing_hides_the_text_and_is_deterministic(keys):
    sealed = await keys.seal("e1001", "name", "สมชาย")
    assert sealed == await keys.seal("e1001", "name", "สมชาย")
    assert sealed != await keys.seal("e1001", "address", "สมชาย")
    assert "สมชาย" not in sealed.sealed
    assert await keys.unseal(sealed, "name") == "สมชาย"
    assert await keys.unseal_all([(sealed, "name"), (sealed, "name")]) == ["สมชาย"] * 2


async def test_two_persons_with_one_name_have_different_seals(keys):
    await keys.adopt("e1002", None)
    one, other = await keys.seal("e1001", "name", "Ann"), await keys.seal("e1002", "name", "Ann")
    assert one.sealed != other.sealed


async def test_a_value_moved_to_another_field_or_person_does_not_open(keys):
    await keys.adopt("e1002", None)
    sealed = await keys.seal("e1001", "name", "Ann")
    assert await refusal(keys.unseal(sealed, "salary")) == "sealed-altered"
    assert await refusal(keys.unseal(sealed.model_copy(update={"subject": "e1002"}), "name")) == "sealed-altered"
    assert await refusal(keys.unseal(sealed.model_copy(update={"sealed": "no base64"}), "name")) == "sealed-altered"


@pytest.mark.rule("KRN-52")
async def test_an_erased_person_is_gone_and_the_chain_still_verifies(keys, vault, database_url):
    sealed = await keys.seal("e1001", "name", "Ann")
    async with connection(database_url) as conn:
        await log.append(conn, stamp(), expected_version=0, events=[event(who=sealed.model_dump())])
        assert await keys.erase("e1001") is True
        assert await keys.erase("e1001") is False
        assert await keys.unseal(sealed, "name") is None
        assert (await verify(conn)).problems == []
    assert await keys.person_for("somchai@example.co.th") is None
    assert await refusal(keys.seal("e1001", "name", "Ann")) == "person-erased"
    assert await refusal(keys.adopt("e1001", "somchai@example.co.th")) == "person-erased"
    row = await vault.fetchrow("select wrapped, mail_hash from signoff.keys where person = 'e1001'")
    assert tuple(row) == (None, None)


async def test_a_person_is_found_by_address_without_the_address_being_stored(keys, vault):
    assert await keys.person_for(" somchai@example.CO.TH ") == "e1001"
    assert await keys.person_for("else@example.co.th") is None
    assert b"somchai" not in (await vault.fetchval("select mail_hash from signoff.keys")).lower()


async def test_adopting_again_keeps_the_key_and_takes_the_new_address(keys):
    sealed = await keys.seal("e1001", "name", "Ann")
    await keys.adopt("e1001", "new@example.co.th")
    await keys.adopt("e1001", None)
    assert await keys.unseal(sealed, "name") == "Ann"
    assert await keys.person_for("new@example.co.th") == "e1001"
    assert await keys.person_for("somchai@example.co.th") is None


async def test_an_address_belongs_to_one_person(keys):
    assert await refusal(keys.adopt("e1002", "somchai@example.co.th")) == "mail-taken"
    assert await refusal(keys.seal("e1002", "name", "Ann")) == "no-key"


async def test_another_master_key_says_so(keys, vault):
    stranger = KeyStore(vault, bytes(64))
    assert await refusal(stranger.seal("e1001", "name", "Ann")) == "wrong-master-key"


@pytest.mark.rule("KRN-52")
async def test_keys_wrapped_with_another_master_key_open_everything_and_find_everybody(keys, vault):
    await keys.adopt("e1002", None)
    name, address = await keys.seal("e1001", "name", "Ann"), await keys.seal("e1001", "email", "somchai@example.co.th")
    await keys.adopt("e1003", None)
    await keys.erase("e1003")
    assert await keys.rewrap(OTHER, {"e1001": address}) == 2
    after = KeyStore(vault, OTHER)
    assert await after.unseal(name, "name") == "Ann"
    assert await after.person_for("Somchai@example.co.th") == "e1001"
    assert (await after.open_of(["e1001", "e1002", "e1003"]), await keys.person_for("somchai@example.co.th")) == (
        ["e1001", "e1002"],
        None,
    )
    assert await refusal(keys.unseal(name, "name")) == "wrong-master-key"
    await keys.adopt("e1004", None)  # by a program that was not stopped
    assert await keys.rewrap(OTHER, {"e1001": address}) == 1, "what is done is left alone, what is missing is done"
    assert await after.seal("e1004", "name", "Somchai")


async def test_keys_that_another_program_has_open_are_not_wrapped_anew(keys, vault, database_url):
    async with connection(keys_database(database_url)):
        assert await refusal(keys.rewrap(OTHER, {})) == "keys-in-use"
    assert await refusal(KeyStore(vault, OTHER).rewrap(bytes(64), {})) == "wrong-master-key"


def test_a_new_master_key_takes_the_place_of_the_old_one_which_is_kept(tmp_path):
    first, second = master_key(tmp_path, {}), new_master_key(tmp_path, {})
    assert new_master_key(tmp_path, {}) == second != first
    kept = replace_master_key(tmp_path)
    assert (master_key(tmp_path, {}), bytes.fromhex(kept.read_text())) == (second, first)
    assert new_master_key(tmp_path, {}) not in (first, second)


def test_key_files_are_made_once_and_only_their_owner_reads_them(tmp_path):
    first = master_key(tmp_path, {})
    assert first == master_key(tmp_path, {})
    assert signing_key(tmp_path, {}).public_key() == signing_key(tmp_path, {}).public_key()
    for file in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(file.name for file in (tmp_path / "keys").iterdir()) == ["checkpoint.key", "master.key"]


def test_the_environment_comes_before_the_file(tmp_path):
    assert master_key(tmp_path, {MASTER_VARIABLE: MASTER.hex()}) == MASTER
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("text", ["", "zz", "00", "é"])
def test_a_broken_key_is_refused(tmp_path, text):
    with pytest.raises(Refused, match="hex digits"):
        master_key(tmp_path, {MASTER_VARIABLE: text})
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "master.key").write_text(text)
    with pytest.raises(Refused):
        master_key(tmp_path, {})


def test_a_home_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "keys").write_text("a file where the folder should be")
    with pytest.raises(Refused, match=str(tmp_path)):
        master_key(tmp_path, {})
