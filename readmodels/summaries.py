"""What lists over many cases need of each, with what says who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from domain.kernel.process import Process
from domain.kernel.showing.confidential import Outline
from domain.kernel.value import Value
from domain.kernel.values.money import Money
from eventstore.database import Connection
from readmodels.fold import Change
from readmodels.rows import Columns
from readmodels.statements import sql


@dataclass(frozen=True)
class Summary:
    """`value` is of the model that the process says; readers get it only as far as `outline` lets them."""

    case: str
    outline: Outline
    value: Any


async def summaries(conn: Connection, process: Process[Any]) -> list[Summary]:
    """Of every case that has one, by case id."""
    return [_summary(row, process.summary.model) for row in await conn.fetch(sql("summaries"), process.name)]


def _summary(row: Any, model: type[Value]) -> Summary:
    return Summary(
        row["case_id"],
        _outline(row["process"], row["unit"], row["requester"], row["parts"], row["amounts"]),
        _value(model, row["summary"]),
    )


@lru_cache(2048)
def _outline(process: str, unit: str | None, requester: str | None, parts: str, amounts: str) -> Outline:
    return Outline.model_construct(
        process=process, unit=unit, requester=requester, parts=from_json(parts),
        amounts=tuple(map(Money.model_validate, from_json(amounts))),
    )  # fmt: skip


@lru_cache(2048)
def _value(model: type[Value], text: str) -> Value:
    """Most cases did not change since they were read last."""
    return model.model_validate_json(text)


def summary_columns(change: Change) -> Sequence[Columns]:
    """The one row of a case whose process has a summary of it."""
    value = change.process.summary.of(change.state)
    if value is None:
        return []
    summary = value.model_dump(mode="json", exclude_defaults=True)
    return [{"process": change.process.name, "case_id": change.stream, "summary": summary}]
