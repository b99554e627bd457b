"""A register: versions with their days, near matches for what is not there, and the same rows in and out."""

from collections.abc import Iterable
from datetime import date

import pytest

from domain.kernel.errors import Refused
from domain.kernel.register import (
    EntryEnded,
    EntrySet,
    RegisterEntry,
    Registers,
    RegisterSpec,
    choices,
    exported,
    fold,
    planned,
    require,
)

DAY, LATER = date(2026, 4, 6), date(2026, 5, 1)


class Service(RegisterEntry):
    owner: str
    hours: int = 8


def check(_registers: Registers, service: Service) -> Iterable[str]:
    if service.hours > 24:
        yield "a day has 24 hours"


SERVICES = RegisterSpec(name="services", noun="service", entry=Service, check=check)
MAIL = {"id": "mail", "name.en": "Mail", "name.th": "อีเมล", "owner": "e2", "hours": 24}
BACKUP = {"id": "backup", "name.en": "Backup", "owner": "e3"}


def filled(*rows: dict, registers: Registers | None = None, day: date = DAY) -> Registers:
    known = registers or Registers()
    return fold(known, planned(SERVICES, known, rows, day))


@pytest.mark.rule("ORG-02")
def test_importing_the_export_changes_nothing():
    known = filled(MAIL, BACKUP)
    rows = exported(SERVICES, known, DAY)
    assert rows[1] == MAIL
    assert planned(SERVICES, known, rows, LATER) == []


@pytest.mark.rule("ORG-02")
def test_what_a_row_does_not_name_stays():
    known = filled({"id": "mail", "owner": "e4"}, registers=filled(MAIL), day=LATER)
    service = require(SERVICES, known, "mail", LATER)
    assert (service.owner, service.hours, service.name["th"]) == ("e4", 24, "อีเมล")


def test_each_version_holds_on_its_days():
    known = filled({"id": "mail", "owner": "e4"}, registers=filled(MAIL), day=LATER)
    assert [(one.number, one.start, one.end) for one in known.of("services")["mail"]] == [
        (1, DAY, LATER), (2, LATER, None),
    ]  # fmt: skip
    assert require(SERVICES, known, "mail", DAY).owner == "e2"
    pinned = SERVICES.version(known, "mail", 1)
    assert pinned is not None
    assert pinned.owner == "e2"


@pytest.mark.rule("JOB-03")
def test_what_is_not_there_is_refused_with_what_is_near():
    with pytest.raises(Refused, match="There is no service bakup; did you mean backup") as caught:
        require(SERVICES, filled(MAIL, BACKUP), "bakup", DAY)
    assert caught.value.code == "unknown-service"
    with pytest.raises(Refused, match="check the id"):
        require(SERVICES, Registers(), "mail", DAY)


def test_a_complete_list_ends_what_is_missing():
    known = filled(MAIL, BACKUP)
    assert planned(SERVICES, known, [MAIL], LATER) == []
    (ended,) = events = planned(SERVICES, known, [MAIL], LATER, complete=True)
    assert ended == EntryEnded(name="services", id="backup", effective=LATER)
    after = fold(known, events)
    assert choices(SERVICES, after, LATER, "th") == {"mail": "อีเมล"}
    with pytest.raises(Refused) as caught:
        require(SERVICES, after, "backup", LATER)
    assert caught.value.code == "service-ended"
    assert require(SERVICES, after, "backup", DAY).owner == "e3"


def test_every_wrong_row_is_named_at_once():
    rows = [MAIL, {**MAIL, "hours": "x"}, {"id": "web"}, {**BACKUP, "hours": 25}]
    with pytest.raises(Refused) as caught:
        planned(SERVICES, Registers(), rows, DAY)
    assert caught.value.details["problems"] == [
        "row 3, id: mail stands in an earlier row too",
        "row 4, name: Field required",
        "row 4, owner: Field required",
        "row 5: a day has 24 hours",
    ]


def test_an_ended_entry_can_come_back():
    ended = fold(filled(MAIL), [EntryEnded(name="services", id="mail", effective=DAY)])
    again = EntrySet(name="services", id="mail", entry=ended.of("services")["mail"][0].entry, effective=LATER)
    assert [one.number for one in fold(ended, [again]).of("services")["mail"]] == [1, 2]
