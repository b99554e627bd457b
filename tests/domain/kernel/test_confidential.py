"""Who sees a case and which of its fields: a table of parts, the defaults, and no hidden text anywhere (KRN-43)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.cases.case import Case, Review, Status
from domain.kernel.delegation import Delegation, Scope
from domain.kernel.policy import Confidentiality, Policy, ProcessPolicy, Route, Secret
from domain.kernel.showing.confidential import Confidential, Outline, Visibility, outline, rules_of, visibility
from domain.kernel.showing.redaction import HIDDEN, MASK, Redaction, readable, redaction
from domain.kernel.showing.viewer import Viewer
from domain.kernel.values.message import N_
from tests.domain.kernel.purchase import HR, LIMITED, LINE, MONDAY, PURCHASE, company, content, submitted, thb

SUBJECT, ASKER, WITNESS = "e5", "e4", "e9"
BLOCK = Confidentiality(
    seen_by=("requester", "asked", "decider", "witness", "role:controller", "line"),
    others="nothing",
    groups={"matter": Secret(fields=("allegation", "amount"), seen_by=("requester", "asked", "role:hr-partner"))},
)
FUTURE = Confidential(
    fields={"allegation": ("allegation", "claim")}, words=frozenset({"witness"}), parts=lambda _: {"witness": {WITNESS}}
)


def published(block: Confidentiality) -> Policy:
    route = Route(steps=(LINE,))
    return Policy(
        name="test",
        processes={"purchase": ProcessPolicy(routes={"buy": route}, confidentiality=block)},
        ladders={},
    )


def reader(person: str, *delegations: Delegation, **organisation: Any) -> Viewer:
    chains = tuple((one,) for one in delegations)
    return Viewer(person, company(**organisation), chains, MONDAY)


def case(**changes: Any) -> Outline:
    parts = {"requester": (ASKER,), "subject": (SUBJECT,), "asked": ("e3",), "decider": ("e2",), "witness": (WITNESS,)}
    return Outline(**{"process": "purchase", "unit": "dev", "requester": ASKER, "parts": parts, **changes})


def seen(person: str, *delegations: Delegation, block: Confidentiality = BLOCK, **changes: Any) -> Visibility:
    return visibility(rules_of("purchase", FUTURE, published(block)), case(**changes), reader(person, *delegations))


MATTER = frozenset({"allegation", "claim", "amount", "content_hash"})


@pytest.mark.rule("KRN-43")
@pytest.mark.parametrize(
    ("person", "row", "hidden"),
    [
        (ASKER, "case", frozenset()),  # requester
        ("e3", "case", frozenset()),  # has a task
        ("e2", "case", MATTER),  # decided
        (WITNESS, "case", MATTER),  # a part that only the process knows, and a role
        ("e1", "case", MATTER),  # in the line above the requester
        (SUBJECT, "nothing", frozenset()),
        ("e7", "nothing", frozenset()),  # a role that sees a field, but not the case
        ("e20", "nothing", frozenset()),
        ("c-stranger", "nothing", frozenset()),
    ],
)
def test_each_part_sees_what_the_policy_says(person: str, row: str, hidden: frozenset[str]):
    assert (seen(person).row, seen(person).hidden) == (row, hidden)


@pytest.mark.rule("KRN-43")
def test_others_know_of_it_only_if_the_policy_says_so():
    assert seen("e20", block=BLOCK.model_copy(update={"others": "exists"})).row == "exists"


@pytest.mark.rule("KRN-43")
def test_a_silent_policy_shows_a_case_to_those_involved_and_to_nobody_else():
    silent = rules_of("purchase", FUTURE, None)
    shown = {who: visibility(silent, case(), reader(who)).row for who in company().people}
    assert {who for who, row in shown.items() if row != "nothing"} == {"e1", "e2", "e3", ASKER, SUBJECT, "e20"}
    assert rules_of("purchase", FUTURE, published(Confidentiality())) == silent


@pytest.mark.rule("KRN-43")
def test_who_must_act_knows_that_the_case_exists_whatever_the_policy_says():
    nobody = Confidentiality(seen_by=(), others="nothing")
    assert {who: seen(who, block=nobody).row for who in (ASKER, "e3", "e2")} == {
        ASKER: "exists", "e3": "exists", "e2": "nothing",
    }  # fmt: skip


@pytest.mark.rule("KRN-43")
def test_a_group_of_the_policy_replaces_that_of_the_process_and_leaves_the_others():
    default = Confidentiality(
        seen_by=("requester",),
        others="nothing",
        groups={"a": Secret(fields=("one",), seen_by=()), "b": Secret(fields=("two",), seen_by=())},
    )
    own = Confidential(default=default)
    said = Confidentiality(groups={"a": Secret(fields=("one",), seen_by=("requester",))})
    found = visibility(rules_of("purchase", own, published(said)), case(), reader(ASKER))
    assert found.hidden == {"two", "content_hash"}


def stand_in(delegate: str, principal: str, **more: Any) -> Delegation:
    given = {"start": MONDAY - timedelta(days=1), "end": MONDAY + timedelta(days=1), **more}
    return Delegation(id="d", principal=principal, delegate=delegate, **given)


@pytest.mark.rule("KRN-43", "KRN-20", "KRN-21")
def test_a_delegate_sees_what_the_principal_sees_within_the_scope():
    assert seen("e6", stand_in("e6", "e3")).whole
    assert seen("e6", stand_in("e6", "e2")).hidden == MATTER
    assert seen("e6", stand_in("e6", "e3", scope=Scope(processes=("hiring",)))).row == "nothing"
    assert seen("e6", stand_in("e6", "e3", scope=Scope(units=("it",)))).whole
    assert seen("e6", stand_in("e6", "e3", scope=Scope(units=("money",)))).row == "nothing"
    bound = stand_in("e6", "e3", scope=Scope(up_to=thb(100)))
    assert seen("e6", bound, amounts=(thb(100),)).whole
    assert seen("e6", bound, amounts=(thb(101),)).row == "nothing"
    assert seen(SUBJECT, stand_in(SUBJECT, "e3")).row == "nothing", "never in a matter of their own"


@pytest.mark.rule("KRN-43", "KRN-24")
def test_who_left_sees_nothing():
    people = company().people
    gone = {**people, ASKER: people[ASKER].model_copy(update={"end": MONDAY.date()})}
    rules = rules_of("purchase", FUTURE, published(BLOCK))
    assert visibility(rules, case(), reader(ASKER, people=gone)).row == "nothing"


@pytest.mark.rule("KRN-43", "KRN-10")
def test_whoever_gets_the_role_that_was_asked_sees_it_too():
    told = submitted(HR).case
    found = outline(told, {}, {})
    assert "@hr-partner@dev" in found.parts["asked"]
    rules = rules_of("purchase", FUTURE, published(BLOCK))
    roles = tuple(h.model_copy(update={"person": "e6"}) if h.role == "hr-partner" else h for h in company().roles)
    assert visibility(rules, found, reader("e6", roles=roles)).whole
    assert visibility(rules, found, reader("e6")).row == "nothing"


@pytest.mark.rule("KRN-43")
def test_hidden_values_leave_every_corner_of_the_json():
    """Of a process that the kernel has never heard of: under their keys, in texts, in the arguments of messages."""
    story = "CANARY he took the till home on Friday"
    asked = content(allegation=story, amount=thb(1_234_567))
    told = submitted(LINE, LIMITED, asked=asked)
    told.when("comment", {"text": f"I heard: {story}. And 1,234,567 THB is a lot"}, by=ASKER)
    payloads = [json.loads(event.model_dump_json()) for event in told.history]
    everything = {
        "state": told.state.model_dump(mode="json"),
        "events": payloads,
        "title": N_("About {claim}", claim=story).model_dump(),
        "basis": "limit for buy covers 2,469,134.00 THB",
        "refused": "e3 may not approve 1234567 THB for buy",
    }
    assert "CANARY" in json.dumps(everything)
    shown = json.dumps(redaction(MATTER, payloads).of(everything), ensure_ascii=False)
    for text in ("CANARY", "1234567", "1,234,567", "2,469,134", told.case.reviews["purchase"].content_hash):
        assert text not in shown
    assert "I heard: •••. And ••• THB is a lot" in shown
    assert "desk" in shown, "what is not hidden stays"


CANARY = "CANARY-said-in-confidence"
TEXTS = st.one_of(
    st.sampled_from([CANARY, f"they say {CANARY}!", "987654", "987,654 THB", "plain"]), st.text(max_size=5)
)
TREES = st.recursive(
    st.one_of(TEXTS, st.integers(0, 99), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["allegation", "claim", "amount", "note", "data"]), inner, max_size=4),
        st.builds(lambda text: {"id": "About {note} and {claim}", "args": {"note": text, "claim": text}}, TEXTS),
    ),
    max_leaves=20,
)


@pytest.mark.rule("KRN-43")
@given(tree=TREES)
def test_however_deep_no_hidden_text_is_left(tree: Any):
    known = [{"allegation": CANARY}, {"data": {"amount": {"amount": "987654.00", "currency": "THB"}}}]
    shown = json.dumps(redaction(MATTER, [*known, tree]).of(tree), ensure_ascii=False)
    assert not any(text in shown for text in ("CANARY", "987654", "987,654"))


def test_redaction_keeps_the_shape_and_touches_nothing_without_cause():
    title = N_("A limit: {up_to}", up_to="9 THB")
    value = {"a": [1, {"b": None, "title": title.model_dump()}], "n": 95_000}
    assert Redaction(frozenset()).of(value) is value
    assert Redaction(frozenset({"b", "up_to"})).of(value) == {
        "a": [1, {"b": dict(HIDDEN), "title": {"id": "A limit: {up_to}", "args": {"up_to": MASK}}}],
        "n": 95_000,
    }
    assert str(Redaction(frozenset({"up_to"})).of(title)) == f"A limit: {MASK}"
    assert readable({"x": {"hidden": True}, "y": [{"hidden": True, "z": 1}]}) == {
        "x": MASK, "y": [{"hidden": True, "z": 1}],
    }  # fmt: skip


def test_short_words_and_small_numbers_are_hidden_only_in_their_place():
    hides = redaction(frozenset({"grade"}), [{"grade": 8}, {"grade": "senior"}])
    assert hides.of({"grade": 8, "note": "8 senior people"}) == {"grade": dict(HIDDEN), "note": "8 senior people"}


def test_the_outline_of_a_case_names_its_people_and_amounts():
    review = Review(
        id="r", route="buy", round=1, status=Status.IN_REVIEW, content_hash="", fields={}, data={}, amount=thb(5),
        requester="e4", excluded=(), unit="dev", steps=(),
    )  # fmt: skip
    kernel = Case(id="x", process="purchase", requester="e4", subjects=("e5",), unit="dev", reviews={"r": review})
    found = outline(kernel, {"witness": ["e9"]}, {})
    assert found.parts == {"requester": ("e4",), "subject": ("e5",), "witness": ("e9",)}
    assert found.amounts == (thb(5),)
    assert PURCHASE.outline(PURCHASE.initial("x")).parts == {}
