"""Freezing a process in a unit: who may, and what it stops (KRN-45)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.kernel.cases.case import Case, Hold, Status
from domain.kernel.errors import Refused
from domain.kernel.events import declared_name, encode
from domain.organisation.events import UnitFrozen, UnitReleased
from domain.organisation.freezing import freeze, refuse_frozen, release
from domain.organisation.model import Organisation, RoleHolding
from domain.organisation.record import fold
from tests.domain.organisation.small_company import organisation

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
GOLDEN = Path(__file__).parent / "golden"
COMPANY = organisation(
    roles=(
        RoleHolding(role="executive", person="e1"),
        RoleHolding(role="department-head", person="e2", unit="it"),
        RoleHolding(role="department-head", person="e5", unit="shop"),
        RoleHolding(role="hr-partner", person="e4", unit="company"),
    )
)


def frozen(unit="it", company: Organisation = COMPANY, *, by="e2") -> Organisation:
    return fold(company, freeze(company, unit=unit, process="hiring", reason="No budget", by=by, now=NOW))


def case(unit="data", **more) -> Case:
    return Case(**{"id": "hiring-1", "process": "hiring", "unit": unit, **more})


def stopped(company: Organisation, before: Case, after: Case) -> bool:
    try:
        refuse_frozen(company, before, after)
    except Refused as refused:
        return refused.code == "unit-frozen"
    return False


HELD = Hold(by="system", reason="frozen", since=NOW)
NEW = Case(id="hiring-1", process="hiring")


@pytest.mark.rule("KRN-45")
def test_no_case_opens_in_a_frozen_unit_or_below_it():
    assert stopped(frozen(), NEW, case("it"))
    assert stopped(frozen(), NEW, case("data"))
    assert not stopped(frozen(), NEW, case("shop"))
    assert not stopped(frozen(), NEW, case("company"))
    assert not stopped(COMPANY, NEW, case("it"))


@pytest.mark.rule("KRN-45")
def test_another_process_goes_on():
    assert not stopped(frozen(), NEW, case(process="purchase"))


@pytest.mark.rule("KRN-45")
def test_no_case_moves_into_a_frozen_unit_and_none_is_resumed_there():
    assert stopped(frozen(), case("shop"), case("data"))
    assert stopped(frozen(), case(hold=HELD), case())


@pytest.mark.rule("KRN-45")
def test_a_case_there_can_be_held_commented_withdrawn_and_ended():
    assert not stopped(frozen(), case(), case(hold=HELD))
    assert not stopped(frozen(), case(hold=HELD), case(hold=HELD))
    assert not stopped(frozen(), case(hold=HELD), case(closed=Status.WITHDRAWN))


@pytest.mark.rule("KRN-45")
def test_a_release_ends_the_freeze_of_that_unit_and_not_of_the_one_above():
    both = frozen("data", frozen("it"))
    one = fold(both, release(both, unit="data", process="hiring", reason="Agreed", by="e2", now=NOW))
    assert stopped(one, NEW, case("data"))
    none = fold(one, release(one, unit="it", process="hiring", reason="Agreed", by="e1", now=NOW))
    assert not stopped(none, NEW, case("data"))


@pytest.mark.rule("KRN-45")
def test_freezing_what_is_frozen_and_releasing_what_is_not_change_nothing():
    assert freeze(frozen(), unit="it", process="hiring", reason="Again", by="e1", now=NOW) == []
    assert release(COMPANY, unit="it", process="hiring", reason="Again", by="e1", now=NOW) == []


@pytest.mark.rule("KRN-45")
@pytest.mark.parametrize("by", ["e4", "e5"])
def test_only_who_answers_for_the_unit_freezes_and_releases_it(by):
    for change, company in ((freeze, COMPANY), (release, frozen())):
        with pytest.raises(Refused) as refused:
            change(company, unit="it", process="hiring", reason="Mine", by=by, now=NOW)
        assert refused.value.code == "not-yours-to-freeze"


def test_a_freeze_says_why_and_where():
    for unit, reason, code in (("atlantis", "No budget", "unknown-unit"), ("it", " ", "reason-missing")):
        with pytest.raises(Refused) as refused:
            freeze(COMPANY, unit=unit, process="hiring", reason=reason, by="e1", now=NOW)
        assert refused.value.code == code


def story() -> list[UnitFrozen | UnitReleased]:
    [begun] = freeze(COMPANY, unit="it", process="hiring", reason="No budget", by="e2", now=NOW)
    later = NOW + timedelta(days=1)
    [over] = release(frozen(), unit="it", process="hiring", reason="Budget agreed", by="e2", now=later)
    return [begun, over]


@pytest.mark.parametrize("event", story(), ids=lambda event: declared_name(type(event)))
def test_an_event_is_written_and_read_as_it_was_first_recorded(event):
    name, version, payload = encode(event)
    recorded = json.loads((GOLDEN / f"{name}.{version}.json").read_text(encoding="utf-8"))
    assert payload == recorded
    assert type(event).model_validate(recorded) == event


if __name__ == "__main__":
    for event in story():
        name, version, payload = encode(event)
        if not (path := GOLDEN / f"{name}.{version}.json").exists():
            path.write_text(json.dumps(payload, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
