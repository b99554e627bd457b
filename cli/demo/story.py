"""One hiring, act by act: what each person does, in their own words, and the command it is.

The acts ask the case who has to decide next, as a person would look into their inbox, so they hold for any policy.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain.kernel.cases.case import Task
from domain.people.hiring.state import HiringState, OfferStatus

STORY = UUID("3c8f7c1e-5d3b-5b8e-9a39-7d5b1f0d8a11")
MANAGER = "e1005"


@dataclass(frozen=True)
class Act:
    """`by` gives `command` with `payload`; `says` is what the teller prints."""

    by: str
    command: str
    payload: dict[str, Any]
    says: str


@dataclass
class Cast:
    """The candidates by their part in the story: a person id, or name and e-mail for the door to register."""

    first: Any = field(default_factory=lambda: {"name": "Nattapong Srisai", "email": "nattapong@mail.example"})
    second: Any = field(default_factory=lambda: {"name": "Ploy Rattanakul", "email": "ploy@mail.example"})
    third: Any = field(default_factory=lambda: {"name": "James Carter", "email": "james@mail.example"})


Scene = Callable[[HiringState], Iterator[Act]]
"""What happens next, given the state. A scene yields acts one at a time and is asked again with the new state."""


def requisition() -> dict[str, Any]:
    """What the senior IT manager asks for."""
    return {
        "position": "web-developer-2",
        "seats": 1,
        "grade": 5,
        "salary_band": {"min": "60000 THB", "max": "95000 THB"},
        "location": "Bangkok",
        "unit": "it-web",
        "business_case": "The ordering app has one developer left; two releases slipped last quarter.",
        "job_description": {"id": "jd-web-developer", "version": "3"},
        "budget_line": "it-people",
        "interview_plan": [{"kind": "technical", "interviewers": 2}, {"kind": "culture", "interviewers": 1}],
        "hiring_manager": MANAGER,
    }


def review(says: str, outcome: str = "approve", **more: Any) -> Scene:
    """Whoever has the open decision takes it."""

    def scene(state: HiringState) -> Iterator[Act]:
        [task, *_] = decisions(state)
        yield Act(
            by=task.assignees[0],
            command="decide",
            payload={"task": task.id, "outcome": outcome, **more},
            says=says.format(step=str(task.title)),
        )

    return scene


def act(
    by: Callable[[HiringState], str], command: str, payload: Callable[[HiringState], dict[str, Any]], says: str
) -> Scene:
    def scene(state: HiringState) -> Iterator[Act]:
        yield Act(by=by(state), command=command, payload=payload(state), says=says)

    return scene


def decisions(state: HiringState) -> list[Task]:
    return [task for task in state.case.tasks.values() if task.kind == "decide"]


def manager(state: HiringState) -> str:
    return state.the_team.hiring_manager


def recruiter(state: HiringState) -> str:
    return state.the_team.recruiters[0]


def hr(state: HiringState) -> str:
    return state.the_team.hr_partners[0]


def candidate(number: int) -> Callable[[HiringState], str]:
    return lambda state: list(state.candidates)[number]


def newest_offer(state: HiringState, *statuses: OfferStatus) -> str:
    return [offer.id for offer in state.offers.values() if offer.status in statuses][-1]


def start_date(today: date) -> date:
    """A Monday about five weeks ahead, so that every onboarding task lies in the future."""
    ahead = today + timedelta(days=35)
    return ahead + timedelta(days=(7 - ahead.weekday()) % 7)


def approval() -> list[Scene]:
    """Returned once, resubmitted, approved by line, HR and money."""
    return [
        review(
            "{step}: returned; the band is above the market for this grade",
            "return",
            comment="The top of the band is above market for grade 5; please bring it down.",
            fields=["salary_band"],
        ),
        act(
            manager,
            "resubmit-requisition",
            lambda _: {"salary_band": {"min": "60000 THB", "max": "85000 THB"}},
            "resubmits with a lower band; the earlier decision stays in the history",
        ),
        review("{step}: approved"),
        review("{step}: approved"),
        review("{step}: approved", comment="Within the plan of the IT people line."),
    ]


def sourcing(cast: Cast) -> list[Scene]:
    """Three candidates; one is not advanced."""

    def add(person: Any, source: str, says: str) -> Scene:
        return act(recruiter, "add-candidate", lambda _: {"candidate": person, "source": source}, says)

    def screen(number: int, outcome: str, says: str, reason: str | None = None) -> Scene:
        more = {"reason": reason} if reason else {}
        return act(
            recruiter,
            "screen-candidate",
            lambda s: {"candidate": candidate(number)(s), "outcome": outcome, **more},
            says,
        )

    return [
        add(cast.first, "referral", "adds a first candidate; name and address are sealed before they leave this door"),
        add(cast.second, "job board", "adds a second candidate"),
        add(cast.third, "job board", "adds a third candidate"),
        screen(0, "advance", "advances the first candidate to interviews"),
        screen(1, "advance", "advances the second candidate"),
        screen(2, "reject", "does not advance the third; the reason is sealed", "No experience with web front ends."),
    ]


def interviews() -> list[Scene]:
    """Two candidates, three scorecards each, hidden until one's own is in; then the ranking."""
    panel = (("technical", "e1010"), ("technical", "e1024"), ("culture", "e1011"))
    scenes: list[Scene] = [
        act(
            recruiter,
            "assign-interviewer",
            lambda s, n=number, k=kind, i=person: {"candidate": candidate(n)(s), "kind": k, "interviewer": i},  # type: ignore[misc]
            f"asks {person} for a {kind} interview of candidate {number + 1}",
        )
        for number in (0, 1)
        for kind, person in panel
    ]
    scores = {0: "strong_yes", 1: "yes"}
    scenes += [
        act(
            lambda _s, i=person: i,  # type: ignore[misc]
            "submit-scorecard",
            lambda s, n=number, k=kind: {  # type: ignore[misc]
                "candidate": candidate(n)(s),
                "kind": k,
                "scores": {"skill": 5 - n, "team": 4},
                "recommendation": scores[n],
                "notes": "Clear answers, good examples from practice.",
            },
            f"hands in the {kind} scorecard of candidate {number + 1}",
        )
        for number in (0, 1)
        for kind, person in panel
    ]
    ranking = act(
        manager,
        "rank-candidates",
        lambda s: {"ranking": [candidate(0)(s), candidate(1)(s)]},
        "ranks the two candidates whose interview plan is complete",
    )
    return [*scenes, ranking]


def offer_to(number: int, first_day: date, says: str) -> Scene:
    return act(
        recruiter,
        "submit-offer",
        lambda s: {
            "candidate": candidate(number)(s),
            "salary": "82000 THB",
            "start_date": first_day.isoformat(),
            "grade": 5,
            "location": "Bangkok",
        },
        says,
    )


def extend(says: str) -> Scene:
    return act(recruiter, "extend-offer", lambda s: {"offer": newest_offer(s, OfferStatus.APPROVED)}, says)


def answer(number: int, chosen: str, says: str) -> Scene:
    return act(
        candidate(number),
        "answer-offer",
        lambda s: {"offer": newest_offer(s, OfferStatus.EXTENDED), "answer": chosen},
        says,
    )


def first_offer(first_day: date) -> list[Scene]:
    return [
        offer_to(0, first_day, "submits an offer to the first candidate for approval"),
        review("{step}: approved"),
        review("{step}: approved"),
        extend("extends the offer; it is valid for seven working days"),
    ]


def second_offer(first_day: date) -> list[Scene]:
    return [
        offer_to(1, first_day, "offers the same terms to the next in the ranking: no new approval is needed (HIR-06)"),
        extend("extends the second offer"),
    ]


def checks() -> list[Scene]:
    return [
        act(
            recruiter,
            "record-check",
            lambda s, c=check: {"candidate": candidate(1)(s), "check": c, "result": "passed"},  # type: ignore[misc]
            f"records the {check} check: passed",
        )
        for check in ("references", "education", "criminal-record")
    ]


def onboarding(state: HiringState) -> Iterator[Act]:
    """Everyone does their onboarding task; the manager decides the probation last (HIR-13)."""
    for task in sorted(state.case.tasks.values(), key=lambda task: task.timing.due_at):
        what = str(task.title)
        if task.command == "complete-task":
            yield Act(task.assignees[0], "complete-task", {"task": task.id}, f"done: {what}")
            return
    [last] = state.case.tasks.values()
    yield Act(
        last.assignees[0],
        "decide-probation",
        {"candidate": list(state.candidates)[1], "outcome": "confirm"},
        "confirms the probation: the seat is filled",
    )


def whole(cast: Cast, today: date) -> Sequence[Scene]:
    """The story without disasters, after the requisition was raised."""
    first_day = start_date(today)
    return [
        *approval(),
        *sourcing(cast),
        *interviews(),
        *first_offer(first_day),
        answer(0, "decline", "declines; the seat and the candidate are free again"),
        *second_offer(first_day),
        answer(1, "accept", "accepts"),
        *checks(),
        *([onboarding] * 5),
    ]


def command_id(case: str, number: int) -> UUID:
    """The id of the command of one act: playing the story again repeats it."""
    return uuid5(STORY, f"{case}/{number}")
