"""What who leaves soon after an expensive course pays back: computed and shown, never enforced (TRN-07)."""

from datetime import date

from domain.kernel.value import Value
from domain.kernel.values.money import Money
from domain.kernel.values.rounding import split
from domain.organisation.qualifications import months_after
from domain.people.training.events import Clause
from domain.people.training.state import NeedState


class Repayment(Value):
    """Of which case and person, for leaving on `leaves` (the first day on which they no longer work here)."""

    case: str
    person: str
    leaves: date
    amount: Money


def repayable(clause: Clause, completed: date, leaves: date) -> Money:
    """The share of the months that are left of the clause; whole months after the course count as worked."""
    worked = next((n for n in range(clause.months) if months_after(completed, n + 1) > leaves), clause.months)
    return split(clause.amount, (clause.months - worked, worked))[0]


def repayment_of(state: NeedState, leaves: date | None) -> Repayment | None:
    """For a person who leaves; None if nothing is left to pay back, or no clause was agreed."""
    clause = state.booking.clause if state.booking else None
    if leaves is None or clause is None or state.completed is None or leaves <= state.completed:
        return None
    amount = repayable(clause, state.completed, leaves)
    if not amount.amount:
        return None
    return Repayment(case=state.case.id, person=state.need.person, leaves=leaves, amount=amount)
