"""Limits of authority, with earlier requests added up so that splitting one does not evade a limit (KRN-05).

A process that spends claims each request as `REQUEST` under `spending_key`, and lets its decisions see those claims.
"""

from datetime import timedelta

from domain.kernel.effects import HeldClaim
from domain.kernel.facts import Facts
from domain.kernel.values.content import ApprovalSubject
from domain.kernel.values.money import Money, total

REQUEST = "request"
BUDGET_LINE, SUPPLIER = "budget_line", "supplier"
"""The fields of a case's data that name where the money comes from, and to whom it goes."""


def spending_key(requester: str, line: str, supplier: str | None = None) -> str:
    """Requests under one key are one request in parts. Of what no supplier is named for, the line alone decides."""
    return "|".join((requester, line, supplier) if supplier else (requester, line))


def request_key(matter: ApprovalSubject, category: str) -> str:
    """The key of a matter; its category stands for the budget line where its data names none."""
    supplier = matter.data.get(SUPPLIER)
    return spending_key(matter.requester, str(matter.data.get(BUDGET_LINE) or category), str(supplier or ""))


def added_up(matter: ApprovalSubject, category: str, facts: Facts, *, case: str) -> Money | None:
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
