"""Job descriptions at the real office: begun from the example files, and decided by whoever is asked."""

from pathlib import Path
from typing import Any

import yaml

from tests.support.office import Office

EXAMPLES = Path(__file__).parents[2] / "examples" / "job-description"
OWNER, FINANCE = "e1004", "e1041"
PLATFORM = "jd-platform-engineer"


def example(name: str, **changed: Any) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    return read | changed


async def revised(office: Office, case: str, **changed: Any) -> None:
    """A new version of the platform engineer's description was submitted, with other values than in force."""
    payload = {"description": PLATFORM, **(changed or example("revision"))}
    await office.start("job_description", payload, by=OWNER, name="revise-description", case=case)


async def assessed(office: Office, case: str) -> None:
    """Finance has said what the changed grade costs."""
    [task] = [task for task in (await office.state(case))["tasks"] if task["kind"] == "budget-impact"]
    await office.do(case, "assess-budget-impact", example("assessment", task=task["id"]), by=task["assignees"][0])


async def approved(office: Office, case: str) -> None:
    """Whoever is asked approves, until the version is in use."""
    while decisions := [task for task in (await office.state(case))["tasks"] if task["kind"] == "decide"]:
        [task] = decisions
        person = next(one for one in task["assignees"] if one not in task.get("voted", ()))
        await office.do(case, "decide", {"task": task["id"], "outcome": "approve"}, by=person)
    await office.until(case, lambda shown: shown["stage"] == "in_use")
