"""A refused import changes nothing: no address leads elsewhere, none is taken, no name is another (KRN-42, ORG-01)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.administration import office as setup
from application.administration.office import import_organisation
from domain.kernel.errors import Refused
from domain.organisation.persons import Details
from eventstore.database import connection
from tests.support.office import Office

pytestmark = pytest.mark.rule("KRN-42")

FILES = Path(__file__).parent / "imports"
STRANGER_ON_A_USED_ID = "used-id.yaml"
GOOD_ROWS_THEN_A_BAD_ONE = "good-then-bad.yaml"
A_SWAP = "swap.yaml"
TAKEN = "taken.yaml"
RENAMED_AND_MOVED = "renamed.yaml"


async def imported(office: Office, name: str) -> str | None:
    """The code of the refusal, if there was one."""
    try:
        await import_organisation(office.services, [FILES / name], actor="os:test", today=datetime.now(UTC).date())
    except Refused as refused:
        return refused.code
    return None


async def kept(office: Office) -> list[list[tuple[object, ...]]]:
    """Everything the log and the keys hold about people."""
    settings = office.services.settings
    async with connection(settings.database_url) as log, connection(settings.keys_url) as keys:
        events = await log.fetch("select stream, version, hash from signoff.events order by position")
        rows = await keys.fetch("select person, wrapped, mail_hash from signoff.keys order by person")
    return [list(map(tuple, events)), list(map(tuple, rows))]


async def owner(office: Office, name: str) -> str:
    try:
        return await office.services.people.resolve(f"{name}@siam-orchard.example")
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize(
    ("text", "code"),
    [(STRANGER_ON_A_USED_ID, "used-id"), (GOOD_ROWS_THEN_A_BAD_ONE, "used-id"), (TAKEN, "mail-taken")],
)
async def test_a_refused_import_changes_nothing(office_without_worker: Office, text: str, code: str):
    office = office_without_worker
    before = await kept(office)

    assert await imported(office, text) == code

    assert await kept(office) == before
    assert await owner(office, "stranger") == "unknown-person"
    assert await owner(office, "new.one") == "unknown-person"
    assert await owner(office, "decha.new") == "unknown-person"


async def test_an_import_lost_to_another_records_nothing(office_without_worker: Office, monkeypatch):
    """The organisation changes between reading and recording: no rename and no address remains of it."""
    office = office_without_worker
    before = await kept(office)
    version = (await office.services.organisation()).version
    original = setup.organisation_book

    class Older:
        """The book as it was one event ago."""

        async def read(self, conn):
            found = await original().read(conn)
            return found.model_copy(update={"version": found.version - 1})

    monkeypatch.setattr(setup, "organisation_book", Older)

    assert await imported(office, RENAMED_AND_MOVED) == "changed-meanwhile"

    assert await kept(office) == before
    assert (await office.services.organisation()).version == version
    assert await owner(office, "decha.new") == "unknown-person"


@pytest.mark.rule("ORG-10")
async def test_an_import_moves_addresses(office_without_worker: Office):
    office = office_without_worker
    assert await imported(office, RENAMED_AND_MOVED) is None
    assert await owner(office, "decha.new") == "e1015"
    assert await owner(office, "decha.k") == "unknown-person"


@pytest.mark.rule("ORG-10")
async def test_two_people_swap_addresses(office_without_worker: Office):
    office = office_without_worker
    assert await owner(office, "decha.k") == "e1015"
    assert await imported(office, A_SWAP) is None
    assert [await owner(office, name) for name in ("decha.k", "chalita.b")] == ["e1014", "e1015"]


async def test_an_address_moved_by_hand_opens_nobody(office_without_worker: Office):
    """Whoever writes to the keys gives the chief's inbox to another address: the log does not say so."""
    office = office_without_worker
    async with connection(office.services.settings.keys_url, role=None) as conn:
        await conn.execute(
            "update signoff.keys set mail_hash = $1 where person = 'e1003'",
            office.services.keys.hashed("stranger@mail.example"),
        )
    with pytest.raises(Refused) as refused:
        await office.services.people.resolve("stranger@mail.example")
    assert refused.value.code == "unknown-person"


async def test_an_employee_of_a_refused_file_leaves_the_address_free(office_without_worker: Office):
    office = office_without_worker
    assert await imported(office, GOOD_ROWS_THEN_A_BAD_ONE) == "used-id"

    candidate = await office.services.people.register(
        Details(name={"en": "Future"}, email="new.one@siam-orchard.example", candidate=True), actor="e1037"
    )

    assert candidate.startswith("c-")
    assert await owner(office, "new.one") == candidate


def written(tmp_path: Path, text: str) -> str:
    (tmp_path / "change.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path / "change.yaml")


DECHA = "{id: e1015, name: {en: Decha Kaewta}, position: service-desk-analyst-2, calendar: th-bangkok%s}"


@pytest.mark.rule("ORG-10")
async def test_an_address_taken_away_leads_to_nobody(office_without_worker: Office, tmp_path: Path):
    office = office_without_worker
    assert await imported(office, written(tmp_path, f"people: [{DECHA % ''}]")) is None
    assert await owner(office, "decha.k") == "e1015"
    assert await imported(office, written(tmp_path, f"people: [{DECHA % ', email: null'}]")) is None
    assert await owner(office, "decha.k") == "unknown-person"
    row = "{id: e3011, name: {en: Decha Meesuk}, email: decha.k@siam-orchard.example, "
    given = f"people: [{row}position: data-engineer-3, calendar: th-bangkok}}]"
    assert await imported(office, written(tmp_path, given)) is None
    assert await owner(office, "decha.k") == "e3011"


@pytest.mark.rule("ORG-10")
@pytest.mark.parametrize("turn", [1, -1])
async def test_an_address_is_handed_on_in_any_order(office_without_worker: Office, tmp_path: Path, turn: int):
    office = office_without_worker
    chalita = DECHA.replace("e1015", "e1014").replace("Decha Kaewta", "Chalita Boonmee").replace("-2", "-1")
    rows = [DECHA % ", email: decha.kaewta@siam-orchard.example", chalita % ", email: decha.k@siam-orchard.example"]
    assert await imported(office, written(tmp_path, f"people: [{', '.join(rows[::turn])}]")) is None
    assert [await owner(office, name) for name in ("decha.k", "decha.kaewta")] == ["e1014", "e1015"]


@pytest.mark.rule("ORG-10")
async def test_a_known_address_with_another_name_is_asked_about(office_without_worker: Office):
    people = office_without_worker.services.people
    address = "decha.k@siam-orchard.example"
    with pytest.raises(Refused) as refused:
        await people.register(Details(name={"en": "Somebody Else"}, email=address, candidate=True), actor="e1037")
    assert refused.value.code == "known-address"
    assert "e1015" not in refused.value.message
    same = Details(name={"en": "Decha Kaewta"}, email=address, candidate=True)
    assert await people.register(same, actor="e1037") == "e1015"


@pytest.mark.rule("ORG-01")
async def test_all_doubtful_rows_are_named_at_once(office_without_worker: Office, tmp_path: Path):
    office = office_without_worker
    other = DECHA.replace("Decha Kaewta", "Other")
    rows = [other % "", other.replace("e1015", "e1014").replace("-2", "-1") % "", other.replace("e1015", "e3012") % ""]
    before = await kept(office)
    with pytest.raises(Refused) as refused:
        await import_organisation(
            office.services,
            [Path(written(tmp_path, "people:\n" + "".join(f"  - {row}\n" for row in rows)))],
            actor="os:test",
            today=datetime.now(UTC).date(),
        )
    chair, *doubtful = refused.value.details["problems"]
    assert "e1015 and e3012 would both hold position" in chair
    assert [problem.removeprefix(f"{tmp_path}/change.yaml:")[:8] for problem in doubtful] == ["2: e1015", "3: e1014"]
    assert await kept(office) == before
    said = "\n".join(f"  - {row[:-1]}, same_person: true}}" for row in rows[:2])
    assert await imported(office, written(tmp_path, f"people:\n{said}\n")) is None
