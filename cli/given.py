"""The content of a command as given: a file first, then each --set on top of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from application.commands import compose
from application.files.document import Located, read_document
from application.typed import Typed, typed
from domain.kernel.errors import Refused

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Given:
    """`document` knows the places of `payload`; None where there is neither a file nor a --set."""

    payload: dict[str, Any]
    document: Typed | None = None


def content(function: F) -> F:
    """Adds --file and --set."""
    function = click.option(
        "--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Set a field (a.b=value, or JSON); may be repeated."
    )(function)
    return click.option("--file", type=click.Path(path_type=Path), help="The content, as YAML or JSON.")(function)


def given(file: Path | None, pairs: tuple[str, ...], *, command: str) -> Given:
    """Raises Refused `bad-file`, `bad-set`. `command` stands in front of what is wrong where there is no file."""
    document = read_document(file) if file else None
    if document is not None and not isinstance(document.data, dict):
        raise Refused("bad-file", "{file}: should be a mapping of names to values.", file=str(file))
    return _with_options(document, pairs, command)


def _with_options(document: Located | None, pairs: tuple[str, ...], command: str) -> Given:
    payload = dict(document.data) if document else {}
    places = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused("bad-set", "Write --set as name=value; {pair} has no '='.", pair=pair[:80])
        compose.put(payload, name, value)
        places.append(tuple(name.split(".")))
    if document is None and not pairs:
        return Given(payload)
    return Given(payload, typed(command, payload, file=document, options=places))
