"""What the forms of a version show as its present values, and when its commands are offered."""

from collections.abc import Mapping

from domain.kernel.cases.case import Status
from domain.kernel.facts import Facts
from domain.kernel.showing.form_hints import FormHints, Shown, mapping
from domain.people.job_description.commands import Amendment
from domain.people.job_description.lifecycle import rests
from domain.people.job_description.state import REVIEW, JobDescriptionState


def present(shown: Shown, command: str, _given: Shown) -> Shown:
    """The version as it stands."""
    if command not in ("amend-description", "resubmit-description"):
        return {}
    stands = {**mapping(shown, "content"), "review_by": shown.get("review_by")}
    return {name: stands[name] for name in Amendment.model_fields if name in stands}


def offered(state: JobDescriptionState, person: str, _facts: Facts) -> frozenset[str]:
    """The commands of whoever answers for it, as far as it has got."""
    if person != state.case.responsible:
        return frozenset()
    return frozenset(name for name, suits in _suiting(state).items() if suits)


def _suiting(state: JobDescriptionState) -> Mapping[str, bool]:
    review = state.case.reviews.get(REVIEW)
    status = review.status if review else None
    in_use = rests(state)
    return {
        "submit-description": status is None,
        "amend-description": status in (None, Status.IN_REVIEW, Status.RETURNED),
        "resubmit-description": status is Status.RETURNED,
        "confirm-description": in_use,
        "retire-description": in_use,
    }


ASKING = FormHints(present=present, offered=offered)
