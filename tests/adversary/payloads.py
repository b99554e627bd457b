"""Payloads that fit a command's schema, drawn with words that mean something in the case at hand."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

DAY, INSTANT = "2026-12-01", "2026-12-01T03:00:00Z"


def fitting(schema: Mapping[str, Any], words: Sequence[str]) -> st.SearchStrategy[Any]:
    """Values of a JSON schema as pydantic writes it. `words` are tasks, people, reviews, fields of the case."""
    return _of(schema, words, schema.get("$defs", {}), depth=0)


def _of(
    schema: Mapping[str, Any], words: Sequence[str], definitions: Mapping[str, Any], *, depth: int
) -> st.SearchStrategy[Any]:
    def inner(part: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        return _of(part, words, definitions, depth=depth + 1)

    match schema:
        case {"const": value}:
            return st.just(value)
        case {"enum": values}:
            return st.sampled_from(values)
        case {"$ref": ref}:
            return inner(definitions[str(ref).rpartition("/")[2]])
        case {"anyOf": choices} | {"oneOf": choices}:
            return st.one_of([inner(choice) for choice in choices])
        case {"type": "object", "properties": fields}:
            return _object(fields, set(schema.get("required", ())), inner)
        case {"type": "object"}:
            values = schema.get("additionalProperties")
            of = inner(values) if isinstance(values, dict) else st.sampled_from(words)
            return st.dictionaries(st.sampled_from(words), of, max_size=2)
        case {"type": "array"}:
            least = int(schema.get("minItems", 0))
            return st.lists(inner(schema.get("items", {"type": "string"})), min_size=least, max_size=max(least, 2))
        case {"type": "integer"} | {"type": "number"}:
            return st.integers(int(schema.get("minimum", 1)), int(schema.get("maximum", 9)))
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "null"}:
            return st.none()
        case {"type": "string", "format": "date"}:
            return st.just(DAY)
        case {"type": "string", "format": "date-time"}:
            return st.just(INSTANT)
        case _:
            return st.sampled_from(words)


def _object(fields: Mapping[str, Any], required: set[str], inner: Any) -> st.SearchStrategy[Any]:
    asked = {name: inner(part) for name, part in fields.items()}
    return st.fixed_dictionaries(
        {name: asked[name] for name in fields if name in required},
        optional={name: asked[name] for name in fields if name not in required},
    )
