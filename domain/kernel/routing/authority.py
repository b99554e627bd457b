"""Limits of authority, with earlier requests added up so that splitting one does not evade a limit (KRN-05).

A process that spends claims each request as `REQUEST` under `spending_key`, and lets its decisions see those claims.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.kernel.effects import Claim, ClaimQuery, HeldClaim, Release
from domain.kernel.facts import Facts
from domain.kernel.values.content import ApprovalSubject
from domain.kernel.values.money import Money, total

REQUEST = "request"
RAISED = "request-raised"
"""The kind of claim that says since when a request has its present amount, where that was raised since."""
BUDGET_LINE, SUPPLIER = "budget_line", "supplier"
"""The fields of a case's data that name where the money comes from, and to whom it goes."""


def spending_key(requester: str, line: str, supplier: str | None = None) -> str:
    """Requests under one key are one request in parts. Of what no supplier is named for, the line alone decides."""
    return "|".join((requester, line, supplier) if supplier else (requester, line))


def request_key(matter: ApprovalSubject, category: str) -> str:
    """The key of a matter; its category stands for the budget line where its data names none."""
    supplier = matter.data.get(SUPPLIER)
    return spending_key(matter.requester, str(matter.data.get(BUDGET_LINE) or category), str(supplier or ""))


def asked_anew(key: str, item: str, amount: Money) -> list[Claim | Release]:
    """The claims of a request whose amount was raised: it keeps its place, and is judged beside later ones too."""
    return [
        Claim(kind=REQUEST, key=key, item=item, amount=amount),
        Release(kind=RAISED, key=key, item=item),
        Claim(kind=RAISED, key=key, item=item),
    ]


def given_back(key: str, item: str) -> list[Claim | Release]:
    """Nothing is asked for any more."""
    return [Release(kind=REQUEST, key=key, item=item), Release(kind=RAISED, key=key, item=item)]


def request_queries(key: str) -> list[ClaimQuery]:
    """What a decision must see to add requests up."""
    return [ClaimQuery(kind=kind, key=key) for kind in (REQUEST, RAISED)]


def added_up(matter: ApprovalSubject, category: str, facts: Facts, *, case: str) -> Money | None:
    """The amount of `matter` with what other cases ask for that came before its present amount, within the days.

    What counts is what is asked now: an amount that was raised is judged beside whatever was asked until then, and
    counts for others from its first day. A request that only came later never takes an approver of this one away.
    Limits are per currency; so is the sum.
    """
    if matter.amount is None:
        return None
    held = [one for one in facts.claims if one.claim.key == request_key(matter, category)]
    newest = latest_by_stream(held)
    until = facts.now if _asks_more(matter.amount, held, case) else newest.get(case, facts.now)
    since = until - timedelta(days=facts.policy.splitting.days)
    amounts = [
        one.claim.amount
        for one in held
        if one.claim.kind == REQUEST
        and one.stream != case
        and one.since <= until
        and newest[one.stream] >= since
        and one.claim.amount is not None
        and one.claim.amount.currency == matter.amount.currency
    ]
    return total([matter.amount, *amounts], matter.amount.currency)


def latest_by_stream(held: Iterable[HeldClaim]) -> dict[str, datetime]:
    """When each case asked for the amount that it asks for now: since it was raised, else since it was first asked."""
    first: dict[str, datetime] = {}
    raised: dict[str, datetime] = {}
    for one in held:
        if one.claim.kind == REQUEST:
            first[one.stream] = min(one.since, first.get(one.stream, one.since))
        elif one.claim.kind == RAISED:
            raised[one.stream] = max(one.since, raised.get(one.stream, one.since))
    return first | raised


def _asks_more(amount: Money, held: Iterable[HeldClaim], case: str) -> bool:
    """Whether this decision asks for more than what the case has claimed so far: then it asks now."""
    own = [one.claim.amount for one in held if one.stream == case and one.claim.amount is not None]
    comparable = all(known.currency == amount.currency for known in own)
    return bool(own) and not (comparable and amount <= total(own, amount.currency))
