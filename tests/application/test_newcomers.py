"""A candidate whom a command brings along is registered with the command that is accepted, once, or not at all."""

from typing import Any
from uuid import uuid4

import pytest

from application.commands import compose
from application.queries import reading
from domain.kernel.errors import Refused
from eventstore.database import connection
from tests.support.hiring import opened
from tests.support.office import Office

RECRUITER, STRANGER = "e1037", "e1044"

pytestmark = pytest.mark.rule("KRN-52")


def bringing(name: str, email: str | None = None) -> dict[str, Any]:
    return {"candidate": {"name": name, "email": email}, "source": "referral"}


async def registered(office: Office) -> tuple[int, int]:
    """How many people are known, and how many have keys."""
    settings = office.services.settings
    async with connection(settings.database_url) as log, connection(settings.keys_url) as keys:
        people = await log.fetchval("select count(*) from signoff.streams where process = 'person'")
        return people, await keys.fetchval("select count(*) from signoff.keys")


async def to_candidates(office: Office) -> str:
    """A hiring that takes candidates."""
    case = f"hiring-{uuid4().hex[:8]}"
    await opened(office, case)
    while tasks := [
        task
        for task in (await reading.show(office.services, case, as_of=None, reader=None))["tasks"]
        if task["kind"] == "decide"
    ]:
        decision = {"task": tasks[0]["id"], "outcome": "approve"}
        await office.do(case, "decide", decision, by=tasks[0]["assignees"][0])
    return case


async def test_a_refused_candidate_leaves_no_person_and_no_key_behind(office_at_work: Office) -> None:
    case = f"hiring-{uuid4().hex[:8]}"
    await opened(office_at_work, case)
    before = await registered(office_at_work)

    for by, code in ((RECRUITER, "not-open"), (STRANGER, "not-your-role")):
        with pytest.raises(Refused) as refused:
            await office_at_work.do(case, "add-candidate", bringing("Somsri", "somsri@mail.example"), by=by)
        assert refused.value.code == code

    assert await registered(office_at_work) == before


@pytest.mark.parametrize("email", ["twice@mail.example", None])
async def test_the_same_command_sent_again_registers_nobody_again(office_at_work: Office, email: str | None) -> None:
    case, again = await to_candidates(office_at_work), uuid4()
    people, keys = await registered(office_at_work)

    said = bringing("Somsri", email)
    acks = [await office_at_work.do(case, "add-candidate", said, by=RECRUITER, command_id=again) for _ in range(2)]

    assert acks[0].position == acks[1].position
    assert await registered(office_at_work) == (people + 1, keys + 1)


@pytest.mark.parametrize("email", ["first@mail.example", None])
async def test_the_same_command_id_is_not_for_another_person(office_at_work: Office, email: str | None) -> None:
    case, id_ = await to_candidates(office_at_work), uuid4()
    await office_at_work.do(case, "add-candidate", bringing("First", email), by=RECRUITER, command_id=id_)
    before = await registered(office_at_work)

    for other in (bringing("Second"), bringing("Third", "third@mail.example")):
        with pytest.raises(Refused) as refused:
            await office_at_work.do(case, "add-candidate", other, by=RECRUITER, command_id=id_)
        assert refused.value.code in ("command-id-reused", "used-id")

    assert await registered(office_at_work) == before


async def test_what_was_accepted_is_acknowledged_again_though_it_would_be_refused_by_now(
    office_at_work: Office,
) -> None:
    case, id_ = await to_candidates(office_at_work), uuid4()
    said = bringing("Somsri", "somsri@mail.example")
    first = await office_at_work.do(case, "add-candidate", said, by=RECRUITER, command_id=id_)
    await office_at_work.do(case, "hold", {"reason": "The budget is looked at again."}, by="e1005")

    second = await office_at_work.do(case, "add-candidate", said, by=RECRUITER, command_id=id_)
    with pytest.raises(Refused) as refused:
        await office_at_work.do(case, "add-candidate", bringing("Another"), by=RECRUITER)

    assert second.position == first.position
    assert refused.value.code == "on-hold"


async def test_an_address_of_nobody_is_free(office_at_work: Office) -> None:
    """A row of the keys without a record, as older versions left it, gives its id to nobody."""
    case = await to_candidates(office_at_work)
    await office_at_work.services.keys.adopt("c-half", "half@mail.example")

    await office_at_work.do(case, "add-candidate", bringing("Half", "half@mail.example"), by=RECRUITER)

    assert not (await office_at_work.services.people.record("c-half")).registered
    person = await office_at_work.services.people.resolve("half@mail.example")
    assert await office_at_work.services.people.name(person) == "Half"


async def test_the_reasons_of_a_refusal_are_told_as_its_reader_may_hear_them(office_at_work: Office) -> None:
    case = f"hiring-{uuid4().hex[:8]}"
    await opened(office_at_work, case)

    async def sent(payload: dict[str, Any]) -> None:
        actor = office_at_work.actor(STRANGER)
        made = await compose.command(office_at_work.services, case, "add-candidate", payload, actor)
        await compose.sent(office_at_work.services, made, start=False)

    async def refused(payload: dict[str, Any]) -> Refused:
        with pytest.raises(Refused) as caught:
            await sent(payload)
        return caught.value

    newcomer, known = await refused(bringing("Somsri")), await refused({"candidate": "c-x", "source": "referral"})
    assert (newcomer.code, newcomer.message) == (known.code, known.message)


@pytest.mark.rule("ORG-10")
async def test_a_known_address_with_another_name_is_a_question(office_at_work: Office) -> None:
    """Neither a candidate nor an employee is taken for somebody else by it."""
    case = await to_candidates(office_at_work)
    await office_at_work.do(case, "add-candidate", bringing("Malee Dee", "malee@mail.example"), by=RECRUITER)
    for name, email in (("Suda Rak", "malee@mail.example"), ("Suda Rak", "decha.k@siam-orchard.example")):
        with pytest.raises(Refused) as refused:
            await office_at_work.do(case, "add-candidate", bringing(name, email), by=RECRUITER)
        assert refused.value.code == "known-address"
    again = await to_candidates(office_at_work)
    await office_at_work.do(again, "add-candidate", bringing(" malee  dee", "malee@mail.example"), by=RECRUITER)
