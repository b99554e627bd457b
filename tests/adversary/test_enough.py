"""Each of KRN-01 to KRN-24 is attacked by at least three tests here; most try several ways. Counted by their marks."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

RULES = [f"KRN-{number:02}" for number in (*range(1, 8), *range(10, 25))]


def marked(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "rule":
            yield from (str(word.value) for word in mark.args if isinstance(word, ast.Constant))


def attacks() -> Counter[str]:
    files = [ast.parse(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.glob("test_*.py")]
    functions = [
        node
        for file in files
        for node in file.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    return Counter(rule for function in functions for rule in set(marked(function)))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_attacked_in_three_ways_at_least(rule: str) -> None:
    assert attacks()[rule] >= 3
