"""The process in the guide is a process: it runs from its opening to its last task."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from domain.kernel.facts import Facts
from domain.kernel.policy import ProcessPolicy
from tests.domain.kernel.definition.trip import POLICY, ROUTE, approved
from tests.domain.kernel.purchase import MONDAY, company
from tests.support.given import Scenario

GUIDE = Path(__file__).parents[4] / "docs" / "how-to-add-a-process.md"
CODE = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)[0]


def guided() -> Any:
    module = ModuleType("guided_trip")
    sys.modules[module.__name__] = module  # where pydantic looks for the names of annotations
    exec(compile(CODE, str(GUIDE), "exec"), module.__dict__)  # the text of the guide is ours
    return module


def test_the_guide_runs_from_start_to_last_task():
    process = guided().PROCESS
    policy = POLICY.model_copy(update={"processes": {"trip": ProcessPolicy(routes={"approval": ROUTE})}})
    play = Scenario(process, Facts(now=MONDAY, organisation=company(), policy=policy), "trip-1")
    wish = {"traveller": "e4", "place": "Chiang Mai", "starts": "2026-05-01", "cost": "30000 THB", "unit": "dev"}
    play.when("request-trip", wish | {"reason": "to see them"}, by="e4")
    assert process.stage(approved(play).state) == "booking"
    play.when("book-trip", {"task": play.open().id, "booking": "B7"}, by="e4")
    assert process.stage(play.state) == "approved"
    assert play.refused("request-trip", wish | {"starts": "2020-01-01", "reason": "x"}, by="e4") == "finished"


def test_the_guide_is_short():
    assert len(CODE.splitlines()) <= 150
