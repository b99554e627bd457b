"""The route of each approval as a picture that is its text too: steps in order, some of them side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from domain.kernel.policy import Policy, Route
from web.staff.proceedings import asked, tasks

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """One decision on a step, in short."""

    outcome: str
    who: str
    on_behalf_of: str | None
    at: str
    standing: bool


@dataclass(frozen=True)
class Stop:
    """One step. `state`: waiting, open, approved, rejected, stuck. `into` is the step whose decision counts for it."""

    name: str
    title: str
    state: str
    into: str
    people: tuple[str, ...]
    due_at: str
    late: bool
    paused: bool
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Picture:
    """One approval; `stretches` in order, each the steps that run side by side. `hidden` if nothing of it is shown."""

    review: str
    status: str
    round: int
    stretches: tuple[tuple[Stop, ...], ...]


def pictures(inside: Data, policy: Policy | None) -> list[Picture]:
    """The approvals of a case (the kernel's part of its state), the newest first."""
    reviews = inside.get("reviews")
    if not isinstance(reviews, dict) or reviews.get("hidden") is True:
        return []
    shown = [review for review in reviews.values() if isinstance(review.get("steps"), list)]
    return [_picture(review, tasks(inside), _route(policy, str(inside.get("process")), review)) for review in shown][
        ::-1
    ]


def _route(policy: Policy | None, process: str, review: Data) -> Route | None:
    found = policy.processes.get(process) if policy else None
    return found.routes.get(str(review.get("route"))) if found else None


def _picture(review: Data, waiting: Sequence[Data], route: Route | None) -> Picture:
    known = {step.name: step for step in route.steps} if route else {}
    stops = []
    for number, plan in enumerate(review["steps"]):
        step = known.get(plan["name"])
        beside = (step.beside if step else None) or f"#{number}"
        stops.append((beside, _stop(plan, step.title if step else plan["name"], review, waiting)))
    stretches = tuple(tuple(stop for _, stop in some) for _, some in groupby(stops, key=lambda pair: pair[0]))
    return Picture(review["id"], str(review["status"]), int(review["round"]), stretches)


def _stop(plan: Data, title: str, review: Data, waiting: Sequence[Data]) -> Stop:
    task = next((t for t in waiting if (t["subject"], t["step"]) == (review["id"], plan["name"])), None)
    decisions = review.get("decisions") if isinstance(review.get("decisions"), list) else []
    return Stop(
        name=plan["name"],
        title=title,
        state=plan["state"],
        into=plan["into"],
        people=asked(task) if task else (),
        due_at=task["timing"]["due_at"] if task else "",
        late=bool(task and task["overdue"]),
        paused=bool(task and task["paused_at"]),
        said=tuple(_said(each) for each in decisions or () if each["step"] == plan["name"]),
    )


def _said(decision: Data) -> Said:
    return Said(
        decision["outcome"], decision["actor"], decision["on_behalf_of"], decision["at"], bool(decision["standing"])
    )
