"""Folding a change of authority. Total: every event that was ever recorded folds, whatever the rules are today."""

from domain.kernel.events import Event
from domain.kernel.handle import evolve_case
from domain.organisation.authority import events as e
from domain.organisation.authority.state import AuthorityState


def evolve(state: AuthorityState, event: Event) -> AuthorityState:
    """The state after one more event."""
    match event:
        case e.LimitRequested(change=change):
            update = {
                "title": event.title,
                "requester": event.requester,
                "unit": event.unit,
                "subjects": (change.person,),
            }
            return state.model_copy(update={"change": change, "case": state.case.model_copy(update=update)})
        case e.LimitAmended(change=change):
            return state.model_copy(update={"change": change})
        case e.LimitApproved():
            return state.model_copy(update={"approved": True, "recorded": not (event.ended or event.given)})
        case e.LimitRecorded():
            return state.model_copy(update={"recorded": True})
        case _:
            return state.model_copy(update={"case": evolve_case(state.case, event)})
