"""What a decision does to budget lines, in sentences of a language."""

from collections.abc import Iterable, Mapping
from typing import Any

from application.wording import formats
from application.wording.reader import in_language
from domain.kernel.showing.budget_effects import effect_told
from domain.kernel.values.money import Money
from domain.organisation.model import Organisation
from runtime.translations import said


def effects_told(
    checks: Iterable[Mapping[str, Any]], organisation: Organisation, language: str
) -> list[tuple[str, bool]]:
    """Each sentence with whether the line's budget is broken."""
    found = []
    for check in checks:
        known = organisation.budget_lines.get(check["line"])
        name = in_language(known.name, language, known.id) if known else str(check["line"])
        money = {
            part: formats.money(Money.model_validate(check[part]), language)
            for part in ("asked", "left", "after")
            if check.get(part)
        }
        message = effect_told(check, name, money)
        found.append((said(message.id, message.args, language), check["verdict"] != "within"))
    return found
