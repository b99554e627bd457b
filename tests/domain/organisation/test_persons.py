"""A person's stream: sealed values only, changes only, nothing after erasure."""

import pytest

from domain.kernel.errors import Refused
from domain.kernel.values.sealed import Sealed
from domain.organisation import persons
from domain.organisation.persons import Details, PersonDetailsChanged, PersonErased, PersonRecord, PersonRegistered

ANONG = Details(name={"en": "Anong", "th": "อนงค์"}, email="anong@orchard.example")


def seal(context, text):
    """Stands in for the edge: deterministic, and unreadable enough for a test."""
    return Sealed(subject="e1", sealed=f"{context}:{text[::-1]}")


def record(*events):
    state = PersonRecord(id="e1")
    for event in events:
        state = persons.evolve(state, event)
    return state


def known():
    return record(*persons.plan_details(PersonRecord(id="e1"), ANONG, seal))


@pytest.mark.rule("KRN-52")
def test_registering_keeps_only_sealed_values():
    [event] = persons.plan_details(PersonRecord(id="e1"), ANONG, seal)
    assert isinstance(event, PersonRegistered)
    assert event.name["th"] == seal("name.th", "อนงค์")
    assert "Anong" not in event.model_dump_json()
    assert "orchard" not in event.model_dump_json()


def test_the_same_details_twice_append_nothing():
    assert persons.plan_details(known(), ANONG, seal) == []


def test_a_changed_address_is_one_event():
    changed = Details(name=ANONG.name, email="new@orchard.example")
    [event] = persons.plan_details(known(), changed, seal)
    assert isinstance(event, PersonDetailsChanged)
    assert persons.evolve(known(), event).email == seal("email", "new@orchard.example")


@pytest.mark.rule("KRN-42")
def test_other_names_and_another_address_are_a_second_person():
    other = Details(name={"en": "Boon", "th": "บุญ"}, email="boon@orchard.example")
    with pytest.raises(Refused) as refused:
        persons.plan_details(known(), other, seal, where="people.yaml:7")
    assert refused.value.code == "used-id"
    assert refused.value.message.startswith("people.yaml:7: e1 is the id of someone")
    assert "Boon" not in refused.value.message


@pytest.mark.rule("ORG-01")
def test_a_lone_name_changes_only_when_said():
    one = record(*persons.plan_details(PersonRecord(id="e1"), Details(name={"en": "Anong"}), seal))
    with pytest.raises(Refused, match="same_person: true"):
        persons.plan_details(one, Details(name={"en": "Boon"}, silent=True), seal)
    changed = Details(name={"en": "Anongnart"}, silent=True, same_person=True)
    [event] = persons.plan_details(one, changed, seal)
    assert persons.evolve(one, event).name == {"en": seal("name.en", "Anongnart")}


@pytest.mark.rule("ORG-02")
def test_what_details_do_not_say_stays():
    assert persons.plan_details(known(), Details(name={"en": "Anong"}, silent=True), seal) == []


@pytest.mark.rule("ORG-02")
def test_a_name_and_an_address_are_taken_away():
    [event] = persons.plan_details(known(), Details(name={"en": "Anong", "th": None}), seal)
    after = persons.evolve(known(), event)
    assert (after.name, after.email) == ({"en": seal("name.en", "Anong")}, None)
    with pytest.raises(Refused, match="needs a name"):
        persons.plan_details(after, Details(name={"en": None}), seal)


@pytest.mark.rule("KRN-52")
def test_erasing_forgets_every_value_once():
    [event] = persons.erase(known(), "asked for it")
    assert event == PersonErased(person="e1", reason="asked for it")
    erased = persons.evolve(known(), event)
    assert (erased.erased, erased.name, erased.email) == (True, {}, None)
    assert persons.erase(erased, "again") == []


@pytest.mark.rule("KRN-52")
def test_an_erased_person_is_not_sealed_anew():
    erased = record(*persons.plan_details(PersonRecord(id="e1"), ANONG, seal), PersonErased(person="e1", reason="r"))

    def never(context, text):
        raise AssertionError(f"sealed {context}")

    with pytest.raises(Refused) as refused:
        persons.plan_details(erased, ANONG, never)
    assert refused.value.code == "erased"


def test_who_was_never_registered_cannot_be_erased():
    with pytest.raises(Refused) as refused:
        persons.erase(PersonRecord(id="e9"), "r")
    assert refused.value.code == "unknown-person"


def test_readable_details_do_not_show_in_a_log():
    assert "Anong" not in repr(ANONG)


def test_events_survive_the_log():
    for kind in (PersonRegistered, PersonDetailsChanged, PersonErased):
        assert persons.REGISTRY.kinds[kind.__name__] is kind
