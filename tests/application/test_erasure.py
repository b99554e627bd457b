"""An erasure reaches every memory and every file that can be written anew, and says what it does not reach (KRN-52)."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from application.administration import erasure
from application.people import People
from eventstore.database import connection
from tests.support.office import Office

pytestmark = pytest.mark.rule("KRN-52")

PERSON, NAME = "e1003", "Prasert Wongsakul"


def caught(folder: Path, name: str, to: str, text: str) -> Path:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = to, "A new task"
    mail.set_content(text)
    file = folder / f"{name}.eml"
    file.write_bytes(mail.as_bytes())
    return file


async def test_every_name_kept_by_other_programs_ends(office_without_worker: Office):
    services = office_without_worker.services
    others = [People(services.pool, services.keys, remembered=timedelta(days=1)) for _ in range(3)]
    assert {await other.name(PERSON) for other in others} == {NAME}
    assert {await other.name(PERSON, "th") for other in others} != {NAME}
    await erasure.erase(services, PERSON, "asked for it", actor="os:test")
    assert [await other.name(PERSON, "th") for other in others] == [f"{PERSON} (erased)"] * 3


async def test_caught_mails_that_name_the_person_are_deleted(office_without_worker: Office, tmp_path: Path):
    services = office_without_worker.services
    address = await services.people.address(PERSON)
    told = [
        caught(tmp_path, "1", str(address), "You have a task"),
        caught(tmp_path, "2", "other@mail.example", f"Asked for by {await services.people.name(PERSON, 'th')}"),
        caught(tmp_path, "3", "other@mail.example", f"Asked for by {NAME}"),
    ]
    kept = caught(tmp_path, "4", "other@mail.example", "Nothing of them")
    settings = services.settings.model_copy(update={"caught": tmp_path})
    done = await erasure.erase(replace(services, settings=settings), PERSON, "asked for it", actor="os:test")
    assert done.mails == len(told)
    assert [file for file in (*told, kept) if file.exists()] == [kept]


async def test_no_page_of_the_keys_table_holds_the_key(office_without_worker: Office):
    services = office_without_worker.services
    async with connection(services.settings.keys_url, role=None) as conn:
        wrapped = await conn.fetchval("select wrapped from signoff.keys where person = $1", PERSON)
        folder = Path(await conn.fetchval("select current_setting('data_directory')"))
        await conn.execute("checkpoint")
        before = folder / await conn.fetchval("select pg_relation_filepath('signoff.keys')")
        assert wrapped in before.read_bytes()
        await erasure.erase(services, PERSON, "asked for it", actor="os:test")
        after = folder / await conn.fetchval("select pg_relation_filepath('signoff.keys')")
    assert wrapped not in after.read_bytes()
    assert not before.exists() or wrapped not in before.read_bytes()


async def test_it_says_what_remains_where_and_until_when(office_without_worker: Office):
    done = await erasure.erase(office_without_worker.services, PERSON, "asked for it", actor="os:test")
    said = "\n".join(map(str, done.remains))
    assert all(place in said for place in ("write-ahead log", "Backups", "Mails that were sent", "comments"))
    assert all(": " in str(each) for each in done.remains)
    assert erasure.UNWRITTEN not in done.remains


async def test_without_the_right_to_write_out_it_says_so(office_without_worker: Office):
    services = office_without_worker.services
    async with connection(services.settings.keys_url, role=None) as conn:
        await conn.execute("revoke execute on function pg_switch_wal() from signoff_app")
    done = await erasure.erase(services, PERSON, "asked for it", actor="os:test")
    assert erasure.UNWRITTEN in done.remains


async def test_erasing_again_is_safe_and_says_so(office_without_worker: Office):
    services = office_without_worker.services
    first = await erasure.erase(services, PERSON, "asked for it", actor="os:test")
    again = await erasure.erase(services, PERSON, "asked for it", actor="os:test")
    assert (first.new, again.new) == (True, False)


async def test_names_that_were_kept_stay_in_use_while_nobody_is_erased(office_without_worker: Office):
    services = office_without_worker.services
    assert await services.people.name(PERSON) == NAME
    async with connection(services.settings.keys_url, role=None) as conn:
        await conn.execute("delete from signoff.keys where person = $1", PERSON)
    assert await services.people.name(PERSON) == NAME
