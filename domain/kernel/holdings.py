"""What a case still holds of budget lines: folded from its transfers, part of the state of a process (BUD-05)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from domain.kernel.errors import Refused
from domain.kernel.ledger import BOUND, Account, LinePeriod, Transfer
from domain.kernel.value import Value
from domain.kernel.values.money import Money


class Held(Value):
    """What is left of a transfer into `reserved` or `committed`, until others replace it."""

    number: int
    line: str
    period: str
    account: Account
    currency: str
    left: Decimal
    project: str | None = None

    @property
    def key(self) -> LinePeriod:
        return LinePeriod(self.line, self.period)

    @property
    def money(self) -> Money:
        return Money(amount=self.left, currency=self.currency)


class Holdings(Value):
    """`last` is the number of the newest transfer of the case, `open` what is still bound, oldest first."""

    last: int = 0
    open: tuple[Held, ...] = ()

    def after(self, transfers: Iterable[Transfer]) -> "Holdings":
        """Folds transfers of the case: call it in `evolve` for each event that carries some."""
        last, held = self.last, {each.number: each for each in self.open}
        for transfer in transfers:
            last = transfer.number
            if transfer.replaces in held:
                before = held[transfer.replaces]
                left = before.left - transfer.amount
                held[before.number] = before.model_copy(update={"left": left})
                if not left:
                    del held[before.number]
            if transfer.target in BOUND:
                held[transfer.number] = _held(transfer)
        return Holdings(last=last, open=tuple(held.values()))

    def at(self, number: int) -> Held:
        """Raises Refused `not-held` if nothing is left of that transfer."""
        found = next((each for each in self.open if each.number == number), None)
        if found is None:
            raise Refused("not-held", "Nothing is left of transfer {number} of this case.", number=number)
        return found

    def on(self, account: Account) -> Sequence[Held]:
        """What is reserved, or committed."""
        return [each for each in self.open if each.account is account]

    def keys(self) -> tuple[LinePeriod, ...]:
        """The lines and periods that a decision about what is held needs: return them from `needs`."""
        return tuple(dict.fromkeys(each.key for each in self.open))


def _held(transfer: Transfer) -> Held:
    return Held(
        number=transfer.number,
        line=transfer.line,
        period=transfer.period,
        account=transfer.target,
        currency=transfer.currency,
        left=transfer.amount,
        project=transfer.project,
    )
