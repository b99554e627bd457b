"""What the log tells of a process: variants, times, rework, load, and forecasts that were tried (LOG-02)."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from application.queries.analysis import Analysis, Track, analysed
from application.queries.mining import MiningQuery, export
from domain.kernel.events import EventRow
from tests.support.office import Office

BEGIN = datetime(2027, 1, 4, 2, tzinfo=UTC)


def track(
    case: str, *events: tuple[float, str, str, dict[str, Any]], closed: bool = True, begin: datetime = BEGIN
) -> Track:
    """Events as (hours, type, actor, payload)."""
    rows = [
        EventRow.model_construct(
            position=0, stream=case, version=number, type=type_, schema_version=1, payload=payload, actor=actor,
            on_behalf_of=None, command_id=None, correlation=None, causation=None, channel="web",
            recorded_at=begin + timedelta(hours=hours), hash="",
        )
        for number, (hours, type_, actor, payload) in enumerate(events, start=1)
    ]  # fmt: skip
    return Track(case, tuple(rows), closed)


def asked(id_: str, step: str, *people: str) -> dict[str, Any]:
    return {"task": {"id": id_, "kind": "decide", "step": step, "assignees": list(people)}}


def said(id_: str, outcome: str = "approve") -> dict[str, Any]:
    return {"task": id_, "outcome": outcome}


def decided(
    case: str, hours: float, outcome: str = "approve", *, begin: datetime = BEGIN, closed: bool = True
) -> Track:
    """Raised, asked at once, taken up after half of the time, decided, and over a tenth later."""
    events = [
        (0, "Raised", "e1", {}), (0, "TaskAssigned", "e1", asked(f"{case}.1", "line", "e2")),
        (hours / 2, "TaskClaimed", "e2", {"task": f"{case}.1", "by": "e2"}),
    ]  # fmt: skip
    if closed:
        events += [(hours, "Decided", "e2", said(f"{case}.1", outcome)), (hours * 1.1, "CaseClosed", "e2", {})]
    return track(case, *events, closed=closed, begin=begin)


def told(*tracks: Track, hours: float = 10_000) -> Analysis:
    return analysed("trip", tracks, BEGIN + timedelta(hours=hours))


@pytest.mark.rule("LOG-02")
def test_variants_steps_rework_and_hand_overs():
    back = track(
        "b", (0, "Raised", "e1", {}), (0, "TaskAssigned", "e1", asked("b.1", "line", "e2")),
        (4, "Decided", "e2", said("b.1", "return")), (4, "ReviewReturned", "e2", {}), (5, "Resubmitted", "e1", {}),
        (5, "TaskAssigned", "e1", asked("b.2", "line", "e2")), (9, "Decided", "e2", said("b.2")),
        (9, "CaseClosed", "e2", {}),
    )  # fmt: skip
    found = told(decided("a", 10), decided("c", 20), back)
    assert [(one.way, one.cases, one.hours) for one in found.variants] == [
        (("Raised", "CaseClosed"), 2, 16.5), (("Raised", "ReviewReturned", "Resubmitted", "CaseClosed"), 1, 9.0),
    ]  # fmt: skip
    (line,) = found.steps
    assert (line.step, line.count, line.waiting, line.working) == ("line", 4, 4.5, 2.5)
    assert (found.returned, found.hand_overs) == ({0: 2, 1: 1}, 1)


@pytest.mark.rule("LOG-02")
def test_who_never_says_no_is_told_after_ten():
    yes = [decided(f"a{number}", 8) for number in range(10)]
    (load,) = told(*yes, decided("open", 8, closed=False)).load
    assert (load.person, load.decided, load.open, load.hours, load.never_no) == ("e2", 10, 1, 8.0, True)
    assert not told(*yes[:9]).load[0].never_no
    assert not told(*yes, decided("n", 8, "reject")).load[0].never_no


@pytest.mark.rule("LOG-02")
def test_forecasts_hold_on_what_was_held_back():
    """Durations of one distribution, one case after the other: about four in five lie within, and few say nothing."""
    chance = random.Random(7)
    spans = [chance.lognormvariate(3, 0.5) for _ in range(400)]
    begins = [BEGIN + timedelta(hours=24 * number) for number in range(400)]
    tried = told(
        *(decided(f"c{n}", span, begin=at) for n, (span, at) in enumerate(zip(spans, begins, strict=True)))
    ).tried
    assert tried.cases == 120
    assert 0.65 < tried.within / tried.cases < 0.95
    assert 0 < tried.miss_hours < 24


@pytest.mark.rule("LOG-02")
def test_an_open_case_ends_as_those_before_it_did():
    closed = [decided(f"c{number}", 10 + number) for number in range(10)]
    open_ = decided("open", 0, closed=False)
    (found,) = told(*closed, open_, hours=1).forecasts
    assert (found.case, found.at, found.of) == ("open", "Raised", 10)
    assert BEGIN + timedelta(hours=11) <= found.early < found.likely < found.late <= BEGIN + timedelta(hours=21)
    (later,) = told(*closed, open_, hours=15).forecasts
    assert later.of < 10, "those that ended sooner than it has lasted say nothing of it"
    assert later.early >= BEGIN + timedelta(hours=15)
    assert told(*closed[:4], open_, hours=1).forecasts == (), "four are no spread"


@pytest.mark.rule("LOG-01")
async def test_pm4py_reads_back_what_is_exported(office_at_work: Office, tmp_path):
    import pm4py  # noqa: PLC0415 - it takes seconds

    office = office_at_work
    limit = {"category": "spending", "up_to": "5 THB", "reason": "Licences <&>", "unit": "it-web"}
    for number, person in enumerate(("e1010", "e1011", "e1024")):
        asked_for = {**limit, "person": person}
        await office.start("authority", asked_for, by="e1005", name="request-limit", case=f"limit-{number}")
    await office.do("limit-2", "withdraw", {"reason": "Not needed"}, by="e1005")
    counts = await export(office.services, MiningQuery("authority"), "xes", tmp_path / "log.xes", reader=None)
    await export(office.services, MiningQuery("authority"), "ocel", tmp_path / "log.json", reader=None)
    async with office.services.pool.acquire() as conn:
        rows = await conn.fetch(
            "select stream, recorded_at from signoff.events where stream like 'limit-_' order by 1, 2"
        )
    logged = sorted(
        (row["stream"], row["recorded_at"].replace(microsecond=row["recorded_at"].microsecond // 1000 * 1000))
        for row in rows
    )

    frame = pm4py.read_xes(str(tmp_path / "log.xes"))
    assert (frame["case:concept:name"].nunique(), len(frame)) == (counts["cases"], counts["events"]) == (3, len(rows))
    read = sorted(
        (str(case), to_the_millisecond(at.to_pydatetime()))
        for case, at in zip(frame["case:concept:name"], frame["time:timestamp"], strict=True)
    )
    assert read == logged
    ocel = pm4py.read_ocel2_json(str(tmp_path / "log.json"))
    assert len(ocel.events) == counts["events"]
    assert {*ocel.objects[ocel.objects["ocel:type"] == "case"]["ocel:oid"]} == {f"case:limit-{n}" for n in range(3)}


def to_the_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
