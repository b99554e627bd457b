"""What the forms of a change of authority show as its present values, and when they are offered."""

from domain.kernel.cases.case import Status
from domain.kernel.facts import Facts
from domain.kernel.showing.form_hints import FormHints, Shown, mapping
from domain.organisation.authority.commands import AmendLimit
from domain.organisation.authority.state import REVIEW, AuthorityState

_NEEDS = {"amend-limit": (Status.IN_REVIEW, Status.RETURNED), "resubmit-limit": (Status.RETURNED,)}


def present(shown: Shown, command: str, _given: Shown) -> Shown:
    """The limit as it is asked for, with its reason."""
    if command not in _NEEDS:
        return {}
    change = mapping(shown, "change")
    stands = {**mapping(change, "limit"), "reason": change.get("reason")}
    return {name: stands[name] for name in AmendLimit.model_fields if name in stands}


def offered(state: AuthorityState, person: str, _facts: Facts) -> frozenset[str]:
    """The requester's commands, as far as the approval has got."""
    review = state.case.reviews.get(REVIEW)
    if review is None or person != state.case.responsible:
        return frozenset()
    return frozenset(name for name, needed in _NEEDS.items() if review.status in needed)


ASKING = FormHints(present=present, offered=offered)
