"""Who may delegate what to whom, and for how long (KRN-20 to KRN-22)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.kernel.delegation import Delegations, Scope
from domain.kernel.errors import Refused
from domain.kernel.events import Event, declared_name, encode
from domain.organisation.delegations import REGISTRY, Wish, evolve, fold, grant, is_over, revoke
from domain.organisation.model import RoleHolding
from tests.domain.organisation.small_company import baht, organisation, person

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
DAY = timedelta(days=1)
GOLDEN = Path(__file__).parent / "golden"
COMPANY = organisation(
    roles=(
        RoleHolding(role="operations", person="e5"),
        RoleHolding(role="hr-partner", person="e6", unit="company"),
    ),
    people=organisation().people
    | {"e6": person("e6", "seller"), "e7": person("e7", "seller", end=NOW.date()), "e8": person("e8", "seller")},
)


def wish(principal="e2", delegate="e4", *, start=NOW, end=NOW + 7 * DAY, **more) -> Wish:
    return Wish(**{"id": "d-1", "principal": principal, "delegate": delegate, "start": start, "end": end, **more})


def granted(*wishes: Wish) -> Delegations:
    known = Delegations()
    for number, one in enumerate(wishes, 1):
        known = fold(known, made(one.model_copy(update={"id": f"d-{number}"}), known))
    return known


def made(one: Wish, known: Delegations | None = None, *, by: str | None = None, now=NOW) -> list[Event]:
    by = by or one.principal
    return grant(known or Delegations(), one, by=by, organisation=COMPANY, processes={"hiring"}, now=now)


def refusal(*args, **options) -> str:
    with pytest.raises(Refused) as refused:
        made(*args, **options)
    return refused.value.code


def ended(known: Delegations, name="d-1", *, by: str, now=NOW) -> list[Event]:
    return revoke(known, name, by=by, organisation=COMPANY, now=now)


@pytest.mark.rule("KRN-20")
def test_a_delegation_holds_from_its_first_instant_until_its_last_and_then_ends_by_itself():
    known = granted(wish(start=NOW + DAY, end=NOW + 2 * DAY))
    held = [bool(known.of_delegate("e4", NOW + DAY * half / 2)) for half in range(6)]
    assert held == [False, False, True, True, False, False]
    assert is_over(known.granted["d-1"], NOW + 2 * DAY)


@pytest.mark.rule("KRN-20")
def test_a_revoked_delegation_ends_at_once_and_stays_on_record():
    known = fold(granted(wish()), ended(granted(wish()), by="e2", now=NOW + DAY))
    assert known.of_delegate("e4", NOW) != ()
    assert known.of_delegate("e4", NOW + DAY) == ()
    assert known.of_principal("e2", NOW + DAY) == ()
    assert set(known.granted) == {"d-1"}


@pytest.mark.rule("KRN-20")
def test_the_scope_is_kept_and_must_exist():
    scope = Scope(processes=("hiring",), units=("it",), up_to=baht(100_000))
    assert granted(wish(scope=scope)).granted["d-1"].scope == scope
    assert refusal(wish(scope=Scope(processes=("hirring",)))) == "unknown-process"
    assert refusal(wish(scope=Scope(units=("atlantis",)))) == "unknown-unit"
    assert refusal(wish(scope=Scope(up_to=baht(0)))) == "bad-amount"


@pytest.mark.rule("KRN-20")
@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"end": NOW}, "backwards"),
        ({"start": NOW + DAY, "end": NOW}, "backwards"),
        ({"start": NOW - 2 * DAY, "end": NOW - DAY}, "already-over"),
        ({"end": NOW + timedelta(days=400, seconds=1)}, "too-long"),
    ],
)
def test_the_dates_make_sense(dates, code):
    assert refusal(wish(**dates)) == code


def test_four_hundred_days_are_not_too_long():
    assert made(wish(end=NOW + timedelta(days=400)))


@pytest.mark.rule("KRN-21")
def test_nobody_stands_in_for_themself_nor_for_or_by_someone_who_is_not_here():
    assert refusal(wish("e2", "e2")) == "to-oneself"
    assert refusal(wish("e2", "e7")) == "not-employed"
    assert refusal(wish("e7", "e2"), by="e1") == "not-employed"
    assert refusal(wish("e2", "c-1")) == "not-employed"


@pytest.mark.rule("KRN-21")
def test_two_people_never_stand_in_for_each_other_at_the_same_time():
    known = granted(wish("e2", "e4"))
    assert refusal(wish("e4", "e2", id="d-2"), known) == "delegation-circle"
    assert refusal(wish("e4", "e2", id="d-2", scope=Scope(units=("shop",))), known) == "delegation-circle"
    assert refusal(wish("e4", "e2", id="d-2", start=NOW + 6 * DAY, end=NOW + 9 * DAY), known) == "delegation-circle"
    assert made(wish("e4", "e2", id="d-2", start=NOW + 7 * DAY, end=NOW + 9 * DAY), known)


@pytest.mark.rule("KRN-21")
@pytest.mark.parametrize("people", [("e2", "e4", "e5"), ("e2", "e4", "e5", "e6", "e8")])
def test_a_circle_of_any_length_is_refused_whichever_delegation_would_close_it(people):
    links = list(zip(people, (*people[1:], people[0]), strict=True))
    for number, last in enumerate(links):
        known = granted(*(wish(*link) for link in links[:number] + links[number + 1 :]))
        assert refusal(wish(*last, id="d-9"), known) == "delegation-circle"


@pytest.mark.rule("KRN-21")
def test_what_never_holds_at_one_instant_is_no_circle():
    known = granted(wish("e2", "e4", end=NOW + 3 * DAY), wish("e4", "e5", start=NOW + 3 * DAY))
    assert made(wish("e5", "e2", id="d-3"), known), "the first has ended when the second begins"
    pairwise = granted(
        wish("e2", "e4", end=NOW + 2 * DAY),
        wish("e4", "e5", start=NOW + DAY, end=NOW + 4 * DAY),
    )
    assert made(wish("e5", "e2", id="d-3", start=NOW + 3 * DAY), pairwise), "each meets the next, never all three"


@pytest.mark.rule("KRN-21")
def test_after_one_was_revoked_the_other_way_round_is_free():
    known = fold(granted(wish("e2", "e4")), ended(granted(wish("e2", "e4")), by="e2"))
    assert made(wish("e4", "e2", id="d-2"), known)


@pytest.mark.rule("KRN-21")
def test_what_one_holds_as_a_delegate_is_not_passed_on():
    known = granted(wish("e1", "e2"), wish("e2", "e4"))
    assert [d.principal for d in known.of_delegate("e4", NOW)] == ["e2"]
    assert refusal(wish("e1", "e4", id="d-3"), known, by="e2") == "not-yours-to-delegate"


@pytest.mark.rule("KRN-20")
@pytest.mark.parametrize("by", ["e4", "e2", "e1", "e5", "e6"])
def test_the_principal_their_line_operations_and_hr_grant_and_revoke(by):
    known = fold(Delegations(), made(wish("e4", "e8"), by=by))
    assert known.granted["d-1"].granted_by == by
    assert ended(known, by=by)


@pytest.mark.rule("KRN-20")
def test_a_colleague_and_the_delegate_neither_grant_nor_revoke():
    assert refusal(wish("e2", "e5"), by="e4") == "not-yours-to-delegate"
    with pytest.raises(Refused) as refused:
        ended(granted(wish("e2", "e4")), by="e4")
    assert refused.value.code == "not-yours-to-revoke"


@pytest.mark.rule("KRN-20")
def test_operations_and_hr_do_not_give_themselves_the_authority_of_others():
    assert refusal(wish("e2", "e5"), by="e5") == "delegation-to-granter"
    assert refusal(wish("e2", "e6"), by="e6") == "delegation-to-granter"
    assert made(wish("e2", "e5"), by="e6")
    assert made(wish("e2", "e1"), by="e1"), "a manager may take over what their own people decide"


def test_the_same_wish_twice_is_one_delegation():
    assert made(wish(), granted(wish())) == []


def test_what_is_over_or_was_never_granted_cannot_be_revoked():
    codes = []
    for name, now in (("d-9", NOW), ("d-1", NOW + 8 * DAY)):
        with pytest.raises(Refused) as refused:
            ended(granted(wish()), name, by="e2", now=now)
        codes.append(refused.value.code)
    assert codes == ["no-such-delegation", "delegation-over"]


@pytest.mark.rule("KRN-22")
def test_out_of_office_is_a_dated_delegation():
    [absent] = granted(wish(out_of_office=True)).of_principal("e2", NOW)
    assert (absent.delegate, absent.out_of_office) == ("e4", True)


def story() -> dict[str, Event]:
    scope = Scope(processes=("hiring",), units=("it",), up_to=baht(100_000))
    [first] = made(wish(scope=scope, reason="On leave", out_of_office=True))
    return {declared_name(type(one)): one for one in (first, *ended(evolve(Delegations(), first), by="e2"))}


@pytest.mark.parametrize("kind", REGISTRY.kinds.values(), ids=declared_name)
def test_an_event_is_written_and_read_as_it_was_first_recorded(kind: type[Event]):
    name, version, payload = encode(story()[declared_name(kind)])
    recorded = json.loads((GOLDEN / f"{name}.{version}.json").read_text(encoding="utf-8"))
    assert payload == recorded
    assert kind.model_validate(recorded) == story()[declared_name(kind)]


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for event in story().values():
        name, version, payload = encode(event)
        if not (path := GOLDEN / f"{name}.{version}.json").exists():
            path.write_text(json.dumps(payload, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
