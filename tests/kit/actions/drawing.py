"""Values drawn from the JSON Schemas that the action models publish: all that those use."""

from typing import Any

from hypothesis import strategies as st

_FORMATS = {
    "date-time": st.sampled_from(["2026-11-20T08:30:00+08:00", "2018-03-12T17:00:45.567Z"]),
    "date": st.sampled_from(["2026-12-31", "0001-01-01"]),
}


def drawn(schema: dict[str, Any], root: dict[str, Any] | None = None) -> st.SearchStrategy[Any]:
    """A strategy for a schema; optional properties come and go."""
    root = root or schema
    if "$ref" in schema:
        return drawn(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    if "anyOf" in schema:
        return st.one_of([drawn(part, root) for part in schema["anyOf"]])
    return _of_type(schema, root)


def _of_type(schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[Any]:
    match schema.get("type"):
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))
        case "number":
            return st.floats(schema.get("minimum", -1e9), schema.get("maximum", 1e9))
        case "string":
            return _string(schema)
        case "array":
            return st.lists(drawn(schema["items"], root), max_size=3)
    return _object(schema, root)


def _string(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True).filter(str.isascii)
    letters = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
    longest = min(schema.get("maxLength", 40), 40)
    return st.text(letters, min_size=schema.get("minLength", 0), max_size=longest)


def _object(schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties = {name: drawn(part, root) for name, part in schema.get("properties", {}).items()}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: part for name, part in properties.items() if name in required},
        optional={name: part for name, part in properties.items() if name not in required},
    )
