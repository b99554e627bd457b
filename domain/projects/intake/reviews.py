"""What approvers decide on: the checks, the board, the approver of a small change."""

from domain.kernel.deciding import approval
from domain.kernel.decision_context import DecisionContext
from domain.kernel.values.content import Content, content_hash
from domain.kernel.values.money import Money
from domain.organisation.policy_needs import PolicyFields
from domain.projects.intake.state import RequestState, review_of

ROUTES = ("checks", "board", "fast")
SEEN = PolicyFields(
    material={"requirements": "word", "option": "word", "plan": "word", "cost": "money", "budget_line": "budget_line"},
    data={"unit": "unit", "mandatory": "flag", "personal_data": "flag", "purchase": "flag", "emergency": "flag"},
)
"""What conditions of a policy may look at; the money is the plan's, before there is one that of the estimate."""


def open_review(ctx: DecisionContext[RequestState], route: str) -> None:
    """Asks the approvers of a route, in a new review."""
    number = ctx.state.rounds.get(route, 0) + 1
    approval.open_review(ctx, f"{route}-{number}", route, submission(ctx.state))


def resubmit(ctx: DecisionContext[RequestState]) -> None:
    """Sends the review that was returned back to its approvers."""
    review = review_of(ctx.state, *ROUTES)
    assert review is not None
    approval.resubmit(ctx, review.id, submission(ctx.state))


def submission(state: RequestState) -> Content:
    """The request as it is decided on. Sponsor, business owner and project manager never decide it (KRN-02)."""
    wish, cost = state.the_wish, cost_of(state)
    plan = content_hash(dict(state.plan)) if state.plan else None
    material = {
        "requirements": state.requirements_hash,
        "option": state.chosen,
        "plan": plan,
        "cost": cost,
        "budget_line": state.plan.line if state.plan else None,
    }
    own = (wish.sponsor, wish.business_owner, *((state.plan.manager,) if state.plan else ()))
    return Content(
        requester=state.case.requester or "",
        unit=state.case.unit or "",
        material=material,
        data={
            **material,
            "unit": state.case.unit,
            "mandatory": state.mandatory,
            "personal_data": wish.personal_data,
            "purchase": not wish.nothing_bought,
            "emergency": state.emergency is not None,
        },
        amount=cost,
        excluded=tuple(who for who in dict.fromkeys(own) if who != state.case.requester),
    )


def cost_of(state: RequestState) -> Money:
    """That of the plan, else the likely one of the proposed option, else what the requester expects."""
    if state.plan is not None:
        return state.plan.cost
    return state.option.likely if state.option else state.the_wish.expected_cost
