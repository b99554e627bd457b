"""The small words of the files: ids, names by language, addresses, and what to do when one is not right."""

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import babel.numbers
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from domain.kernel.values.money import Money
from domain.organisation import persons

N = TypeVar("N", str, str | None)


def _matching(pattern: str, what_to_do: str) -> Callable[[str], str]:
    expression = re.compile(pattern)

    def check(text: str) -> str:
        if not expression.fullmatch(text):
            raise ValueError(what_to_do)
        return text

    return check


def money_problem(money: Money) -> str | None:
    """What is wrong with an amount that a file states: no such currency, or `500.000 THB`, which is five hundred."""
    if not babel.numbers.is_currency(money.currency):
        return f"{money.currency} is not a currency; write one of ISO 4217, for example THB"
    digits = babel.numbers.get_currency_precision(money.currency)
    if -int(money.amount.as_tuple().exponent) > digits:
        return f"{money.currency} has {digits} digits after the point; write thousands with a comma, as 500,000"
    return None


def _currency(code: str) -> str:
    if not babel.numbers.is_currency(code):
        raise ValueError("write a currency of ISO 4217, for example THB")
    return code


def _iso(money: Money) -> Money:
    if problem := money_problem(money):
        raise ValueError(problem)
    return money


def _some_name(names: dict[str, N]) -> dict[str, N]:
    if not names:
        raise ValueError("give a name in at least one language, for example {en: …, th: …}")
    return names


def _digits(given: Any) -> Any:
    """A number that YAML read where an id of digits stands without quotes."""
    return str(given) if type(given) is int else given


Id = Annotated[
    str,
    AfterValidator(
        _matching(
            r"[a-z0-9][a-z0-9._-]{0,63}", "an id has small letters, digits, and . _ - only, for example it-service"
        )
    ),
]
PersonId = Annotated[
    str,
    BeforeValidator(_digits),
    AfterValidator(
        _matching(
            persons.ID,
            "a person id is a number, also after letters, such as 00123 or e1001; never a name",
        )
    ),
]
Currency = Annotated[str, AfterValidator(_currency)]
Language = Annotated[str, AfterValidator(_matching(r"[a-z]{2}", "a language is two small letters, for example th"))]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Names = Annotated[dict[Language, Text], AfterValidator(_some_name)]
NamesOrNull = Annotated[dict[Language, Text | None], AfterValidator(_some_name)]
"""Names by language, of which `null` takes one away (ORG-02)."""
Email = Annotated[
    str,
    Field(max_length=254),
    AfterValidator(_matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "write an e-mail address, for example name@company.example")),
]
IsoMoney = Annotated[Money, AfterValidator(_iso)]
