"""Files of a case, from the upload to the check that nobody changed them (KRN-54)."""

from pathlib import Path

import pytest

from application.commands import attachments
from application.commands.attachments import File
from application.queries import proof, reading
from domain.kernel.commands import LARGEST
from domain.kernel.errors import Refused
from eventstore import content
from eventstore.database import connection
from tests.adversary.office import by_way, raised
from tests.application.test_proof import check
from tests.support.hiring import cast, opened
from tests.support.office import Office

LINE, REQUESTER, CANDIDATE = "e1003", "e1005", "c-first"
PDF = b"%PDF-1.7 references"
SHEET = File("costs.csv", b"seat;cost\n1;95000\n")


async def code(attempt) -> str:
    with pytest.raises(Refused) as refused:
        await attempt
    return refused.value.code


@pytest.fixture
async def office(office_at_work: Office) -> Office:
    await cast(office_at_work)
    return office_at_work


async def problems(office: Office, case: str) -> list[str]:
    return [problem.what for problem in await attachments.verify(office.services, case)]


async def behind_our_back(office: Office, statement: str) -> None:
    """What somebody with the owner's password can do."""
    async with connection(office.services.settings.database_url, role=None) as conn:
        await conn.execute("alter table signoff.content disable trigger all")
        await conn.execute("alter table signoff.content drop constraint if exists content_check")
        await conn.execute(statement)


@pytest.mark.rule("KRN-54")
async def test_a_file_is_attached_by_its_hash_and_read_back(office: Office):
    case = "hiring-file1"
    await opened(office, case)
    ack = await attachments.attach(office.services, case, SHEET, office.actor(REQUESTER), about=f"{case}.1")
    assert ack["sha256"] == content.name_of(SHEET.data)
    [attached] = [row for row in await reading.timeline(office.services, case, as_of=None, reader=None)
                  if row["type"] == "Attached"]  # fmt: skip
    stated = attached["data"]["attachment"]
    assert (stated["sha256"], stated["size"], stated["media_type"], stated["about"], stated["by"]) == (
        ack["sha256"], len(SHEET.data), "text/csv", f"{case}.1", REQUESTER,
    )  # fmt: skip
    assert await attachments.fetch(office.services, ack["sha256"], reader=LINE) == SHEET.data
    assert await problems(office, case) == []


@pytest.mark.rule("KRN-54")
async def test_a_file_that_is_gone_or_changed_is_found_and_not_handed_out(office: Office):
    case = "hiring-file2"
    await opened(office, case)
    ack = await attachments.attach(office.services, case, SHEET, office.actor(REQUESTER))
    await behind_our_back(office, "update signoff.content set bytes = 'seat;cost'")
    [what] = await problems(office, case)
    assert "was altered" in what
    assert await code(attachments.fetch(office.services, ack["sha256"], reader=None)) == "file-altered"
    await behind_our_back(office, "delete from signoff.content")
    [what] = await problems(office, case)
    assert "is missing" in what
    assert await code(attachments.fetch(office.services, ack["sha256"], reader=None)) == "file-missing"


@pytest.mark.rule("KRN-54")
async def test_what_is_too_large_or_not_what_it_says_never_reaches_the_case(office: Office, tmp_path: Path):
    case = "hiring-file3"
    await opened(office, case)
    actor = office.actor(REQUESTER)
    for file, refusal in [
        (File("a.pdf", b"%PDF-" + b"x" * LARGEST), "file-size"),
        (File("a.pdf", b""), "file-size"),
        (File("a.pdf", b"MZ"), "file-content"),
        (File("a.exe", b"MZ"), "file-type"),
    ]:
        assert await code(attachments.attach(office.services, case, file, actor)) == refusal
    assert await code(attachments.attach(office.services, "hiring-none", SHEET, actor)) == "no-such-case"
    async with office.services.pool.acquire() as conn:
        assert await content.get(conn, content.name_of(b"MZ")) == []


@pytest.mark.rule("KRN-54")
@pytest.mark.rule("KRN-01")
@pytest.mark.parametrize("way", ["cli", "typed", "signal"])
async def test_no_way_in_attaches_a_file_that_is_not_stored_or_is_another(office: Office, way: str):
    case = f"hiring-file9-{way}"
    await opened(office, case)
    hash_ = content.name_of(SHEET.data)
    stated = {"name": "costs.csv", "size": len(SHEET.data), "media_type": "text/csv", "sha256": hash_}
    assert await by_way(office, way, case, "attach", stated, by=REQUESTER) == "file-missing"
    await attachments.attach(office.services, case, SHEET, office.actor(REQUESTER))
    about = stated | {"about": f"{case}.1"}
    for wrong in ({"size": 1}, {"media_type": "text/plain"}):
        assert await by_way(office, way, case, "attach", about | wrong, by=REQUESTER) == "file-differs"
    assert await by_way(office, way, case, "attach", about | {"sha256": "0a" * 32}, by="e1044") == "not-your-role"
    assert await by_way(office, way, case, "attach", about, by=REQUESTER) is None
    rows = await reading.timeline(office.services, case, as_of=None, reader=None)
    assert [row["data"]["attachment"]["size"] for row in rows if row["type"] == "Attached"] == [len(SHEET.data)] * 2


@pytest.mark.rule("KRN-43", "KRN-54")
@pytest.mark.parametrize("way", ["cli", "api", "typed", "signal"])
async def test_who_knows_the_hash_of_a_file_cannot_attach_it_to_a_case_of_their_own_and_read_it(
    office: Office, way: str
):
    other = "e1006"
    theirs = await raised(office, by=other, hiring_manager=other)
    data = f"seat;cost\n{way};95000\n".encode()
    hash_ = (await attachments.attach(office.services, theirs.case, File("costs.csv", data), office.actor(other)))[
        "sha256"
    ]
    own = (await raised(office)).case
    stated = {"name": "costs.csv", "size": len(data), "media_type": "text/csv", "sha256": hash_}

    for changed in ({}, {"size": 1}):
        assert await by_way(office, way, own, "attach", stated | changed, by=REQUESTER) == "file-missing"
    assert await code(attachments.fetch(office.services, hash_, reader=REQUESTER)) == "no-such-file"

    await attachments.attach(office.services, own, File("costs.csv", data), office.actor(REQUESTER))
    assert await attachments.fetch(office.services, hash_, reader=REQUESTER) == data, "who has the file itself may"


async def test_a_file_of_no_case_is_shown_to_nobody(office: Office):
    case = "hiring-file4"
    await opened(office, case)
    refused = await code(attachments.attach(office.services, case, SHEET, office.actor("e1044")))
    assert refused == "not-your-role"
    hash_ = content.name_of(SHEET.data)
    assert await code(attachments.fetch(office.services, hash_, reader=None)) == "no-such-file"
    assert await code(attachments.fetch(office.services, "../etc/passwd", reader=None)) == "no-such-file"


@pytest.mark.rule("KRN-43")
async def test_a_candidate_does_not_read_the_files_of_the_case(office: Office):
    case = "hiring-file5"
    await opened(office, case)
    ack = await attachments.attach(office.services, case, SHEET, office.actor(REQUESTER))
    while tasks := [
        task
        for task in (await reading.show(office.services, case, as_of=None, reader=None))["tasks"]
        if task["kind"] == "decide"
    ]:
        [asked, *_] = tasks[0]["assignees"]
        await office.do(case, "decide", {"task": tasks[0]["id"], "outcome": "approve"}, by=asked)
    await office.do(case, "add-candidate", {"candidate": CANDIDATE, "source": "direct"}, by="e1037")
    assert await code(attachments.fetch(office.services, ack["sha256"], reader=CANDIDATE)) == "no-such-file"


@pytest.mark.rule("KRN-52")
async def test_a_file_about_a_person_is_erased_with_them_and_that_is_no_damage(office: Office):
    case = "hiring-file6"
    await opened(office, case)
    file = File("references.pdf", PDF, sealed_for=CANDIDATE)
    ack = await attachments.attach(office.services, case, file, office.actor(REQUESTER))
    async with office.services.pool.acquire() as conn:
        [kept] = await content.get(conn, ack["sha256"])
    assert PDF not in kept.data
    assert await attachments.fetch(office.services, ack["sha256"], reader=None) == PDF
    assert await problems(office, case) == []
    await office.services.people.erase(CANDIDATE, "asked for it", actor="e1037")
    assert await code(attachments.fetch(office.services, ack["sha256"], reader=None)) == "file-erased"
    assert await problems(office, case) == []


@pytest.mark.rule("KRN-54")
async def test_an_altered_sealed_file_is_found(office: Office):
    case = "hiring-file7"
    await opened(office, case)
    await attachments.attach(office.services, case, File("a.pdf", PDF, sealed_for=CANDIDATE), office.actor(REQUESTER))
    await behind_our_back(office, "update signoff.content set bytes = bytes || '\\x00'")
    [what] = await problems(office, case)
    assert "was altered" in what


def test_the_name_of_a_file_about_a_person_stays_out_of_the_log(tmp_path: Path):
    path = tmp_path / "Somchai Jaidee.PDF"
    path.write_bytes(PDF)
    assert attachments.read(path).name == "Somchai Jaidee.PDF"
    assert attachments.read(path, sealed_for=CANDIDATE).name == f"{content.name_of(PDF)[:12]}.pdf"
    assert attachments.read(path, name="references", sealed_for=CANDIDATE).name == "references.pdf"
    assert attachments.read(path, name="references.pdf").name == "references.pdf"


async def test_a_path_that_holds_no_file_is_refused(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.pdf"):
        with pytest.raises(Refused) as refused:
            attachments.read(path)
        assert refused.value.code == "file-unreadable"


@pytest.mark.rule("KRN-51")
async def test_the_verifier_compares_a_file_with_the_proof(office: Office, tmp_path: Path):
    case = "hiring-file8"
    await opened(office, case)
    await attachments.attach(office.services, case, SHEET, office.actor(REQUESTER))
    out, file = tmp_path / "proof.json", tmp_path / "costs.csv"
    await proof.write(office.services, case, out, reader=None)
    file.write_bytes(SHEET.data)
    assert check(out, "--attachment", "costs.csv")[0] == 3
    file.write_bytes(SHEET.data + b"2;1\n")
    status, said = check(out, "--attachment", "costs.csv")
    assert status == 1
    assert "no event of the case holds the hash of this file" in said
