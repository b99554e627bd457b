"""What a refusal says fits every door: whoever reads it on a page or over HTTP has no command line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
BEHIND_EVERY_DOOR = ("activities", "domain", "edge", "eventstore", "files", "mail", "views", "web")
OF_THE_COMMAND_LINE = {
    "bad-set", "left-already", "claims-collide", "schema-outdated", "database-outdated", "database-missing",
    "database-login", "database-url", "views-newer",
}  # fmt: skip
"""Codes of which only an operator hears: of what they typed, or of a database that no server would start with."""
A_COMMAND = re.compile(r"\bsignoff [a-z]|(?<!\S)--[a-z]|SIGNOFF_")


def refusals() -> Iterator[tuple[str, str]]:
    """Code and sentence of each refusal that is written out."""
    for path in (path for folder in BEHIND_EVERY_DOOR for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(args=[ast.Constant(value=str(code)), ast.Constant(value=str(text)), *_]):
                    yield code, text


def test_no_sentence_of_a_refusal_tells_a_reader_of_a_page_to_type_a_command():
    found = dict(refusals())
    assert len(found) > 100

    wrong = {code for code, text in refusals() if A_COMMAND.search(text) and re.fullmatch(r"[a-z]+(-[a-z]+)+", code)}
    assert wrong - OF_THE_COMMAND_LINE == set()
