"""The request as a document of the case."""

from domain.kernel.document import Derived, DocumentSpec
from domain.kernel.errors import Refused
from domain.kernel.facts import Facts
from domain.kernel.value import Value
from domain.money.spending.checks import check
from domain.money.spending.content import Spending, title
from domain.money.spending.events import SpendingAmended, SpendingRequested
from domain.money.spending.settings import Ctx, Stage

_RATE = ("rate", "rate_currency", "rate_source", "rate_day")


def unit_of(facts: Facts, content: Spending) -> str:
    """The unit of the line: its people answer for the money."""
    return facts.organisation.budget_lines[content.budget_line].unit


def refuse_new_rate(ctx: Ctx, payload: Value) -> None:
    """Rate, source and day stay as they were submitted; a draft may still change them (SPD-10)."""
    content = ctx.state.document.content
    if ctx.command.name not in ("amend-spending", "resubmit-spending") or not ctx.case.reviews or content is None:
        return
    given = {name: getattr(payload, name) for name in _RATE if name in payload.model_fields_set}
    if any(value != getattr(content, name) for name, value in given.items()):
        raise Refused("rate-fixed", "The rate was fixed when this was submitted; withdraw it to ask by another rate.")


DOCUMENT = DocumentSpec(
    noun="spending",
    content=Spending,
    drafted=SpendingRequested,
    amended=SpendingAmended,
    title=title,
    check=check,
    unit=unit_of,
    amount="cost",
    material=frozenset(Spending.model_fields) - {"reason", "needed_by", "copy_of"},
    fixed=frozenset({"kind", "copy_of"}),
    derived={
        "kind": Derived("word", lambda content: content.kind),
        "cost": Derived("money", lambda content: content.cost),
    },
    approved_as=frozenset({Stage.ORDERING, Stage.ORDERED}),
)
