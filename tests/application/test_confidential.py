"""What leaves by any door, for every part and every group of fields: no hidden text anywhere (KRN-43)."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from application.administration import delegations
from application.administration.delegations import Asked
from application.commands import attachments, compose
from application.commands.attachments import File
from application.queries import listing, proof, reading
from application.queries.exceptions import report
from application.visibility import as_told
from cli.demo import story
from domain.kernel.errors import Refused
from domain.people.hiring.state import HiringState
from readmodels import Wanted
from tests.support.hiring import cast, opened, whole_story
from tests.support.office import Office, opened_office

CASE = "hiring-secret"
REQUESTER, LINE, OPERATIONS, OUTSIDER, STAND_IN, CANDIDATE = "e1005", "e1003", "e1009", "e1044", "e1060", "c-first"
EVER = datetime(2026, 1, 1, tzinfo=UTC)
PAY = tuple(
    text for sum_ in (60_000, 85_000, 95_000, 82_000, 1_173_000, 1_311_000) for text in (f"{sum_}", f"{sum_:,}")
)
RATINGS = ("strong_yes", '"skill"')
PARTS = ("requester", "hr", "recruiter", "interviewer", "decider", "line")
SCENES_TO_THE_OFFER = 28


@pytest.fixture(scope="module")
async def office(postgres, company_url, temporal, tmp_path_factory) -> AsyncIterator[Office]:
    """A hiring whose offer is out: pay and ratings are in its events, comments, a hold, and what people were told."""
    folder = tmp_path_factory.mktemp("secret")
    async with opened_office(postgres, company_url, temporal, folder) as one, one.working():
        await cast(one)
        player = await opened(one, CASE)
        await player.play(whole_story()[:SCENES_TO_THE_OFFER])
        await one.do(CASE, "comment", {"text": "82,000 THB it is, or 82000"}, by=REQUESTER)
        await one.do(CASE, "hold", {"reason": "82,000 THB is too much"}, by=REQUESTER)
        await one.do(CASE, "resume", {"reason": "85000 THB would be"}, by=REQUESTER)
        yield one


async def state(office: Office, case: str = CASE) -> HiringState:
    found = office.services.processes["hiring"]
    seen = await reading.look(office.services, case, None)
    assert seen.process is found
    return seen.state


async def everything(office: Office, reader: str | None, *, as_of: datetime | None = None) -> str:
    """All that `reader` can read, as one text."""
    services, person = office.services, reader or REQUESTER
    said: list[Any] = [
        await reading.show(services, CASE, as_of=as_of, reader=reader),
        await reading.timeline(services, CASE, as_of=as_of, reader=reader),
        await listing.cases(services, Wanted(), reader=reader, as_of=as_of),
        await reading.inbox(services, person, as_of=as_of),
        await reading.notifications(services, person, as_of=as_of),
        await report(services, since=EVER, until=as_of or datetime.now(UTC), process=None, reader=reader),
    ]
    return json.dumps(to_jsonable_python(said), ensure_ascii=False)


def found(texts: Iterable[str], said: str) -> list[str]:
    return [text for text in texts if text in said]


async def published(office: Office, *, pay: str, ratings: str, others: str = "exists") -> None:
    def change(text: str) -> str:
        before, after = text.split("        pay:", 1)
        tail = after.split("    parameters:", 1)[1]
        groups = (
            f"        pay: {{fields: [salary_band, salary, cost], seen_by: ['{pay}']}}\n"
            f"        ratings: {{fields: [scorecard, ranking], seen_by: ['{ratings}']}}\n"
        )
        before = before.replace("others: exists", f"others: {others}", 1)
        return f"{before}{groups}    parameters:{tail}"

    await office.policy(change)


def people(known: HiringState) -> dict[str, set[str]]:
    """Who has which part, told independently of the code under test."""
    team, reviews = known.the_team, known.case.reviews.values()
    return {
        "requester": {REQUESTER},
        "hr": set(team.hr_partners),
        "recruiter": set(team.recruiters),
        "interviewer": {"e1010", "e1024", "e1011"},
        "decider": {decision.actor for review in reviews for decision in review.decisions},
        "line": {LINE},
    }


@pytest.mark.rule("KRN-43")
@pytest.mark.parametrize("number", range(len(PARTS)), ids=PARTS)
async def test_no_hidden_value_leaves_by_any_door(office: Office, number: int):
    pay, ratings = PARTS[number], PARTS[(number + 1) % len(PARTS)]
    await published(office, pay=pay, ratings=ratings)
    has = people(await state(office))
    readers = {min(who) for who in has.values()} | {OPERATIONS, OUTSIDER, CANDIDATE}

    for reader in sorted(readers):
        said = await everything(office, reader)
        leaked = [] if reader in has[pay] else found(PAY, said)
        leaked += [] if reader in has[ratings] else found(RATINGS, said)
        assert not leaked, (reader, leaked)
    sees_pay, sees_ratings = min(has[pay]), min(has[ratings])
    assert {"82000", "82,000", "60000", "85000", "95000"} <= set(found(PAY, await everything(office, sees_pay)))
    assert found(RATINGS, await everything(office, sees_ratings)) == list(RATINGS)


@pytest.mark.rule("KRN-43", "KRN-50")
async def test_no_hidden_value_leaves_by_asking_for_an_earlier_time(office: Office):
    await published(office, pay="hr", ratings="hr")
    events = await reading.timeline(office.services, CASE, as_of=None, reader=None)
    offered = next(row for row in events if row["type"] == "OfferExtended")
    then = datetime.fromisoformat(offered["recorded_at"])

    for reader in (REQUESTER, LINE, OPERATIONS, OUTSIDER, CANDIDATE, "e1010"):
        assert found(PAY + RATINGS, await everything(office, reader, as_of=then)) == []
    assert "82000" in await everything(office, "e1033", as_of=then)


@pytest.mark.rule("KRN-43")
async def test_the_operator_sees_everything_and_the_marker_is_recognisable(office: Office):
    await published(office, pay="hr", ratings="hr")
    assert set(RATINGS) | {"82000", "95000"} <= set(found(PAY + RATINGS, await everything(office, None)))
    shown = await reading.show(office.services, CASE, as_of=None, reader=LINE)
    assert shown["state"]["requisition"]["salary_band"] == {"hidden": True}
    assert shown["state"]["cost"] == {"hidden": True}
    assert shown["state"]["requisition"]["position"] == "web-developer-2"


@pytest.mark.rule("KRN-43")
async def test_others_see_that_a_case_exists_and_nothing_of_it(office: Office):
    await published(office, pay="hr", ratings="hr")
    hidden = {"hidden": True}
    shown = await reading.show(office.services, CASE, as_of=None, reader=OUTSIDER)
    assert (shown["case"], shown["process"], shown["closed"]) == (CASE, "hiring", False)
    assert (shown["state"], shown["stage"], shown["tasks"]) == (hidden, hidden, [])
    assert await reading.timeline(office.services, CASE, as_of=None, reader=OUTSIDER) == []
    [row] = await listing.cases(office.services, Wanted(), reader=OUTSIDER)
    assert {name for name, value in row.items() if value != hidden} == {"case", "process", "closed"}
    with pytest.raises(Refused) as refused:
        await proof.prove(office.services, CASE, reader=OUTSIDER)
    assert refused.value.code == "hidden-from-you"


@pytest.mark.rule("KRN-43")
async def test_a_proof_is_for_who_sees_the_whole_case(office: Office):
    await published(office, pay="hr", ratings="hr")
    assert (await proof.prove(office.services, CASE, reader="e1033"))["case"] == CASE
    with pytest.raises(Refused) as refused:
        await proof.prove(office.services, CASE, reader=REQUESTER)
    assert refused.value.code == "hidden-from-you"


@pytest.mark.rule("KRN-43")
async def test_a_case_one_must_not_know_of_answers_as_one_that_does_not_exist(office: Office, tmp_path: Path):
    await published(office, pay="hr", ratings="hr", others="nothing")
    services, actor = office.services, office.actor(OUTSIDER)
    past = datetime.now(UTC) - timedelta(days=400)

    async def answers(case: str) -> list[tuple[str, str]]:
        asked = [
            lambda: reading.show(services, case, as_of=None, reader=OUTSIDER),
            lambda: reading.show(services, case, as_of=past, reader=OUTSIDER),
            lambda: reading.timeline(services, case, as_of=None, reader=OUTSIDER),
            lambda: proof.write(services, case, tmp_path / "proof.json", reader=OUTSIDER),
            lambda: attachments.attach(services, case, File("a.csv", b"a;b\n1;2\n"), actor),
            lambda: compose.command(services, case, "comment", {"text": "hello"}, actor),
            lambda: compose.command(services, case, "no-such-command", {}, actor),
            lambda: compose.command(services, case, "decide", {"task": f"{case}.1", "outcome": "approve"}, actor),
        ]
        found = []
        for ask in asked:
            with pytest.raises(Refused) as refused:
                await ask()
            found.append((refused.value.code, refused.value.message.replace(case, "CASE")))
        return found

    unseen = await answers(CASE)
    assert unseen == await answers("hiring-none")
    assert {code for code, _ in unseen} == {"no-such-case"}
    assert await listing.cases(services, Wanted(), reader=OUTSIDER) == []
    assert await reading.answered_by(services, f"{CASE}.1", reader=OUTSIDER) == []
    assert CASE not in await told_to_outsider(office)


@pytest.mark.rule("KRN-43")
async def test_a_refusal_tells_nothing_that_its_reader_may_not_see(office: Office):
    await published(office, pay="hr", ratings="hr")
    case = (await opened(office, "hiring-secret2")).case
    [task] = (await state(office, case)).case.tasks

    async def refused(by: str, command: str, payload: dict[str, Any]) -> Refused:
        made = await compose.command(office.services, case, command, payload, office.actor(by))
        with pytest.raises(Refused) as caught:
            await compose.sent(office.services, made, start=False)
        return caught.value

    decision = {"task": task, "outcome": "approve"}
    stranger = await refused(OUTSIDER, "decide", decision)
    assert (stranger.code, LINE in stranger.message) == ("not-your-task", False)
    asker = await refused(REQUESTER, "decide", decision)
    assert (asker.code, LINE in asker.message) == ("not-your-task", True), "who sees the case is told"

    again = await compose.start(office.services, "hiring", story.requisition(), office.actor(OUTSIDER), case=case)
    with pytest.raises(Refused) as caught:
        await compose.sent(office.services, again, start=True)
    assert LINE not in caught.value.message


@pytest.mark.rule("KRN-43", "KRN-05")
async def test_an_amount_in_a_refusal_is_for_who_sees_amounts(office: Office):
    await published(office, pay="hr", ratings="hr")
    about = Refused("limit-too-low", "{actor} may not approve {amount} for hiring.", actor=LINE, amount="82,000 THB")
    told = await as_told(office.services, about, CASE, LINE)
    assert told.message == f"{LINE} may not approve ••• for hiring."
    assert (await as_told(office.services, about, CASE, "e1033")).message == about.message


async def told_to_outsider(office: Office) -> str:
    rows = await report(office.services, since=EVER, until=datetime.now(UTC), process=None, reader=OUTSIDER)
    return json.dumps(rows)


@pytest.mark.rule("KRN-43", "KRN-54")
async def test_a_file_is_for_who_sees_the_case_and_its_attachments(office: Office):
    await published(office, pay="hr", ratings="hr")
    sheet = File("costs.csv", b"seat;cost\n1;82000\n")
    kept = await attachments.attach(office.services, CASE, sheet, office.actor(REQUESTER))
    assert await attachments.fetch(office.services, kept["sha256"], reader=REQUESTER) == sheet.data
    await office.policy(lambda text: text.replace("fields: [salary_band, salary, cost]", "fields: [cost, attachments]"))
    for reader in (OUTSIDER, OPERATIONS):
        with pytest.raises(Refused) as refused:
            await attachments.fetch(office.services, kept["sha256"], reader=reader)
        assert refused.value.code == "no-such-file"


@pytest.mark.rule("KRN-43", "KRN-20")
async def test_a_stand_in_sees_with_the_eyes_of_the_principal_while_the_delegation_holds(office: Office):
    await published(office, pay="hr", ratings="hr", others="nothing")
    assert found([CASE], await listed(office)) == []
    now = datetime.now(UTC)
    until = (now + timedelta(days=3)).isoformat()
    await delegations.grant(office.services, Asked("e1002", STAND_IN, now.isoformat(), until), office.actor("e1002"))
    assert found([CASE], await listed(office)) == [], "a principal without a part lends no eyes"
    asked = Asked("e1033", STAND_IN, now.isoformat(), until)
    row = await delegations.grant(office.services, asked, office.actor("e1033"))

    assert found([CASE], await listed(office)) == [CASE]
    said = await everything(office, STAND_IN)
    assert {"82000", "strong_yes"} <= set(found(PAY + RATINGS, said))
    shown = await reading.show(office.services, CASE, as_of=None, reader=STAND_IN)
    assert shown["state"]["ranking"], "also what the process hides from who has no part"

    await delegations.revoke(office.services, row["delegation"], office.actor("e1033"))
    assert found([CASE], await listed(office)) == []
    with pytest.raises(Refused) as refused:
        await reading.show(office.services, CASE, as_of=None, reader=STAND_IN)
    assert refused.value.code == "no-such-case"


async def listed(office: Office) -> str:
    return json.dumps(await listing.cases(office.services, Wanted(), reader=STAND_IN))


@pytest.mark.rule("KRN-43")
async def test_a_title_that_names_an_amount_does_not_tell_it(office: Office):
    asked = {"person": "e1011", "category": "spending", "up_to": "76,543 THB", "unit": "it-web", "reason": "Licences"}
    ack = await office.start("authority", asked, by=REQUESTER, name="request-limit")
    assert "76,543" in json.dumps(await listing.cases(office.services, Wanted(process="authority"), reader=REQUESTER))
    await office.policy(lambda text: text.replace('asked, decider, line, "role:finance-controller"]', "asked]"))

    [row] = await listing.cases(office.services, Wanted(process="authority"), reader=OPERATIONS)
    shown = await reading.show(office.services, ack.case, as_of=None, reader=OPERATIONS)
    said = json.dumps([row, shown, await reading.timeline(office.services, ack.case, as_of=None, reader=OPERATIONS)])
    assert row["title"] == "A limit for e1011: spending up to •••"
    assert found(["76543", "76,543"], said) == []
