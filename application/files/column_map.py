"""The map of a table: which header each field has, and what counts where no column or cell says it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from application.files.document import read_document
from application.files.source import bad_file
from application.files.validation import validated
from domain.kernel.value import Value

M = TypeVar("M", bound=Value)


def read_column_map(path: Path, model: type[M], fields: Sequence[str]) -> M:
    """A file as a map with `columns` and `values` by field. Raises Refused `bad-file`, for what is no field too."""
    found = validated(read_document(path), model)
    said = found.model_dump(include={"columns", "values"})
    if unknown := sorted({*said["columns"], *said["values"]} - set(fields)):
        raise bad_file(f"{path}: {unknown[0]} is no field; there are: {', '.join(fields)}")
    return found
