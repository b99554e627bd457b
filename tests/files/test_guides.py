"""The guides name what there is: files, routes that a policy may have, and what the checks really say."""

import re
from pathlib import Path

import pytest
import yaml

from domain.kernel.policy import Confidentiality, Policy
from domain.organisation.policy_checks import check
from domain.processes import NEEDS
from tests.files.conftest import TODAY

ROOT = Path(__file__).parents[2]
ADD, WRITE = ROOT / "docs" / "how-to-add-a-process.md", ROOT / "docs" / "how-to-write-a-policy.md"
CHECKS = "".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "domain" / "organisation").glob("*_checks.py"))
)
PLACE = re.compile(r"\{[^{}]*\}")


def rows(text: str, heading: str) -> list[str]:
    """The first cell of each row of the table under a heading."""
    part = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)


def blocks() -> list[str]:
    """What the guide to policies shows as YAML: a whole policy, a route with a table, and who sees what."""
    return re.findall(r"```yaml\n(.*?)```", WRITE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("guide", [ADD, WRITE], ids=lambda path: path.stem)
def test_files_that_a_guide_names_exist(guide: Path):
    text = guide.read_text(encoding="utf-8")
    named = re.findall(r"`((?:domain|workflows|tests|examples|scripts)/[\w./-]+)`", text)
    linked = [f"docs/{name}" for name in re.findall(r"\]\(([\w-]+\.md)\)", text)]
    assert named
    assert [name for name in (*named, *linked) if not (ROOT / name).exists()] == []


@pytest.mark.rule("KRN-40")
def test_the_policy_of_the_guide_can_be_read_and_has_what_its_process_needs():
    whole, _, _ = blocks()
    policy = Policy.model_validate(yaml.safe_load(whole))
    own = policy.processes["authority"]
    assert own.routes.keys() == NEEDS["authority"].routes
    used = {condition.field for route in own.routes.values() for step in route.steps for condition in step.when}
    assert used <= NEEDS["authority"].looked_at


@pytest.mark.rule("KRN-12")
def test_the_table_of_the_guide_is_one_that_a_policy_may_have(company):
    whole, table, _ = blocks()
    policy = yaml.safe_load(whole)
    policy["processes"]["authority"]["routes"] |= yaml.safe_load(table)
    assert check(Policy.model_validate(policy), company, {"authority": NEEDS["authority"]}, TODAY) == []


@pytest.mark.rule("KRN-43")
def test_the_confidentiality_of_the_guide_names_what_hiring_has():
    _, _, part = blocks()
    rules = Confidentiality.model_validate(yaml.safe_load(part)["confidentiality"])
    fields = {field for group in rules.groups.values() for field in group.fields}
    assert fields
    assert fields <= NEEDS["hiring"].looked_at


@pytest.mark.rule("KRN-40")
def test_the_checks_say_what_the_guide_quotes():
    quoted = rows(WRITE.read_text(encoding="utf-8"), "What `check` refuses")
    said = {PLACE.sub("…", text) for text in re.findall(r'f?"([^"\n]+)"', CHECKS)}
    assert len(quoted) > 10
    assert [text for text in quoted if text not in said] == []
