"""The page on hiring and the example files agree with the code."""

from pathlib import Path

import pytest
import yaml

from domain.kernel.errors import Refused
from domain.kernel.showing.page import page_of, state_diagram
from domain.kernel.values.sealed import MayBeNew, SealFor
from domain.people.hiring.process import HIRING
from domain.people.hiring.stage import OFFER_TRANSITIONS
from tests.domain.people.company import Play

ROOT = Path(__file__).parents[3]
RULES = ("01", "02", "03", "04", "06", "07", "08", "09", "11", "13", "14", "16")


def test_the_page_is_as_the_code_would_write_it():
    text = (ROOT / "docs" / "hiring.md").read_text(encoding="utf-8")
    assert page_of(HIRING, text) == text, "run: python -m domain.pages"
    assert state_diagram([(start or "new", end, why) for start, end, why in OFFER_TRANSITIONS]) in text
    assert all(f"| HIR-{number} |" in text for number in RULES)


EXAMPLES = {
    "requisition.yaml": "raise-requisition",
    "hiring/candidate.yaml": "add-candidate",
    "hiring/scorecard.yaml": "submit-scorecard",
    "hiring/ranking.yaml": "rank-candidates",
    "hiring/offer.yaml": "submit-offer",
    "hiring/amendment.yaml": "resubmit-requisition",
    "hiring/cancellation.yaml": "cancel-requisition",
}


@pytest.mark.parametrize(("name", "command"), EXAMPLES.items())
def test_an_example_file_is_a_payload_of_its_command(name: str, command: str):
    model = HIRING.commands[command]
    model.model_validate(_as_the_edge_sends_it(model, yaml.safe_load((ROOT / "examples" / name).read_text("utf-8"))))


def test_every_example_is_tried():
    found = {path.relative_to(ROOT / "examples").as_posix() for path in (ROOT / "examples" / "hiring").glob("*.yaml")}
    assert found | {"requisition.yaml"} == set(EXAMPLES)


def _as_the_edge_sends_it(model, data):
    """New people by their id, text about a candidate sealed under their key, and the candidate named by `--set`."""
    if "candidate" in model.model_fields:
        data.setdefault("candidate", "c-1")
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, MayBeNew) and isinstance(data.get(name), dict):
                data[name] = "c-1"
            if isinstance(mark, SealFor) and isinstance(data.get(name), str):
                data[name] = {"subject": data[mark.sibling], "sealed": "siv:00"}
    return data


def test_an_unknown_command_is_refused_with_the_known_ones():
    with pytest.raises(Refused) as refusal:
        Play().do("e4", "hire-quickly")
    assert refusal.value.code == "unknown-command"
    assert "raise-requisition" in refusal.value.message
