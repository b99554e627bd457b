"""Limits of authority, with earlier requests added up so that splitting one does not evade a limit (KRN-05).

A process that spends claims each request under `request_claim` and reads the earlier ones with `request_query`;
both are known by requester and budget line, or by category where the data names no line.
"""

from datetime import timedelta

from domain.kernel.content import Matter
from domain.kernel.effects import Claim, ClaimQuery, HeldClaim
from domain.kernel.facts import Facts
from domain.kernel.money import Money, total

REQUEST = "request"
BUDGET_LINE = "budget_line"
"""The field of a case's data that names the budget line."""


def request_key(matter: Matter, category: str) -> str:
    return f"{matter.requester}|{matter.data.get(BUDGET_LINE) or category}"


def request_claim(matter: Matter, category: str, *, item: str) -> Claim:
    """The claim to make when a request is submitted; `item` is its review. Release it when nothing will be spent."""
    return Claim(kind=REQUEST, key=request_key(matter, category), item=item, amount=matter.amount)


def request_query(matter: Matter, category: str) -> ClaimQuery:
    """The claims that a submission or a decision on `matter` must see."""
    return ClaimQuery(kind=REQUEST, key=request_key(matter, category))


def added_up(matter: Matter, category: str, facts: Facts, *, case: str) -> Money | None:
    """The amount of `matter` with the requests of other cases that came before it within the policy's days.

    Only earlier ones count, so that a later request never takes an approver of this one away. Limits are per currency;
    so is the sum.
    """
    if matter.amount is None:
        return None
    key = request_key(matter, category)
    claims = [held for held in facts.claims if _is_request(held, key)]
    until = min((held.since for held in claims if held.stream == case), default=facts.now)
    since = until - timedelta(days=facts.policy.splitting.days)
    amounts = [
        held.claim.amount
        for held in claims
        if held.stream != case
        and since <= held.since <= until
        and held.claim.amount is not None
        and held.claim.amount.currency == matter.amount.currency
    ]
    return total([matter.amount, *amounts], matter.amount.currency)


def _is_request(held: HeldClaim, key: str) -> bool:
    return held.claim.kind == REQUEST and held.claim.key == key
