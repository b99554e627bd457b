"""Differences of two policies: whatever field is changed, it is named, with both values."""

from pathlib import Path
from typing import Any

import pytest

from application.files.policy import read_policy
from domain.kernel.policy import Policy, Route, Step
from domain.organisation.policy_changes import policy_changes

pytestmark = pytest.mark.rule("KRN-40")
POLICY = read_policy(Path(__file__).parents[3] / "examples" / "policy.yaml").policy
STEP: tuple[str | int, ...] = ("processes", "hiring", "routes", "requisition", "steps", 3)
ROUTE = STEP[:4]
NAMED = ("processes", "hiring", "routes", "requisition", "steps", "money")

FIELDS: list[tuple[tuple[str | int, ...], Any, tuple[str, ...]]] = [
    *(
        ((*STEP, field), value, (*NAMED, field))
        for field, value in {
            "title": "Money", "who": {"person": "e1040"}, "when": [{"field": "grade", "at_least": 3}],
            "authority": None, "due_days": 9, "ladder": "offer-approval", "material": ["seats"], "quorum": "all",
            "veto": {"group": "operations"}, "beside": "checks",
        }.items()
    ),
    *(
        ((*ROUTE, field), value, (*NAMED[:4], field))
        for field, value in {
            "fallback": None, "restart": "all", "separate": True, "collapse": True, "table": [{"steps": ["line"]}],
        }.items()
    ),
    (("processes", "hiring", "parameters", "check_days"), 3, ("processes", "hiring", "parameters", "check_days")),
    *(
        (("processes", "hiring", "confidentiality", *rest), value, ("processes", "hiring", "confidentiality", *rest))
        for rest, value in ((("seen_by",), ["line"]), (("others",), "nothing"),
                            (("groups", "pay", "fields"), ["salary"]), (("groups", "pay", "seen_by"), []))
    ),
    (("ladders", "standard", "rungs"), [], ("ladders", "standard", "rungs")),
    (("processes", "authority", "confidentiality", "others"), "nothing",
     ("processes", "authority", "confidentiality", "others")),
    (("splitting", "days"), 5, ("splitting", "days")),
    (("delegation", "hops"), 2, ("delegation", "hops")),
    (("name",), "Another", ("name",)),
]  # fmt: skip


def changed(path: tuple[str | int, ...], value: Any) -> Policy:
    data = POLICY.model_dump(mode="json")
    at: Any = data
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return Policy.model_validate(data)


@pytest.mark.parametrize(
    ("path", "value", "told"), FIELDS, ids=lambda each: ".".join(map(str, each)) if isinstance(each, tuple) else ""
)
def test_a_changed_field_is_the_one_difference(path: tuple[str | int, ...], value: Any, told: tuple[str, ...]):
    [change] = policy_changes(POLICY, changed(path, value))

    assert (change.path, change.what) == (told, "changed")
    assert change.before != change.after


def test_no_field_of_a_step_or_a_route_was_forgotten_above():
    told = {path for _, _, path in FIELDS}
    for kind, place in ((Step, NAMED), (Route, NAMED[:4])):
        assert kind.model_fields.keys() - {"name", "steps"} == {path[-1] for path in told if path[:-1] == place}


def test_steps_that_come_go_and_change_places_are_told_and_equal_policies_have_no_difference():
    data = POLICY.model_dump(mode="json")
    steps = data["processes"]["hiring"]["routes"]["requisition"]["steps"]
    steps[0], steps[1] = steps[1], steps[0]
    gone = steps.pop(2)
    steps.append({**gone, "name": "board"})
    found = policy_changes(POLICY, Policy.model_validate(data))

    assert [(change.path[-1], change.what) for change in found] == [
        ("department", "removed"), ("board", "added"), ("steps", "order"),
    ]  # fmt: skip
    assert found[2].before == ["line", "hr", "money", "executive"]
    assert found[2].after == ["hr", "line", "money", "executive"]
    assert policy_changes(POLICY, POLICY.model_copy(update={"version": 7})) == ()
