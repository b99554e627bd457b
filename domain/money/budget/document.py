"""The budget as a document: what is signed off, and its life as a version of the register `budgets`."""

from domain.kernel.document import DocumentSpec
from domain.kernel.document.life import LifeSpec
from domain.money.budget import content as c
from domain.money.budget.content import BUDGETS, Budget
from domain.money.budget.events import BudgetAmended, BudgetDrafted
from domain.money.budget.posting import check, entry
from domain.money.budget.state import BudgetState

DOCUMENT: DocumentSpec[Budget] = DocumentSpec(
    noun="budget", content=Budget, drafted=BudgetDrafted, amended=BudgetAmended, title=c.title_of, check=check,
    content_of=c.content_of, amount="total",
    material=frozenset(Budget.model_fields) - {"reason"},
    fixed=frozenset({"unit", "project", "year", "currency", "total"}),
)  # fmt: skip
LIFE: LifeSpec[BudgetState] = LifeSpec(noun="budget", register=BUDGETS, entry=entry)
