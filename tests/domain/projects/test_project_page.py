"""The page and the example files are as the code."""

from pathlib import Path

import pytest
import yaml

from domain.kernel.showing.page import page_of
from domain.projects.delivery.content import Stage
from domain.projects.delivery.definition import PROJECT
from domain.projects.portfolio.report import WHAT_IF

ROOT = Path(__file__).parents[3]
EXAMPLES = {
    "charter": "charter-project", "delegation": "delegate-project", "plan": "set-plan", "status": "report-status",
}  # fmt: skip


def test_the_page_is_as_the_code_would_write_it():
    text = (ROOT / "docs" / "project.md").read_text(encoding="utf-8")
    assert page_of(PROJECT, text) == text, "run: python -m domain.pages"
    assert all(stage.value in text for stage in Stage)


@pytest.mark.parametrize(("name", "command"), EXAMPLES.items())
def test_an_example_file_is_a_payload_of_its_command(name: str, command: str):
    PROJECT.commands[command].model_validate(loaded(name))


def test_the_example_of_a_what_if_is_a_question():
    assert WHAT_IF.question.model_validate(loaded("what-if")).changes


def test_every_example_is_tried():
    assert {path.stem for path in (ROOT / "examples" / "project").glob("*.yaml")} == {*EXAMPLES, "what-if"}


def loaded(name: str) -> object:
    return yaml.safe_load((ROOT / "examples" / "project" / f"{name}.yaml").read_text(encoding="utf-8"))
