"""A strict JSON parser: fast over what is right, exact about what is wrong.

The fast way decodes with msgspec and compares a few counts. Whatever it cannot clear goes the
slow way: the standard library's parser with hooks, then a walk that names every fault by its
pointer. The slow way alone decides; a test holds both to one corpus.

Refused: bad UTF-8, a byte order mark, NaN and Infinity, numbers beyond a double (1e400),
integers beyond 64 bits, doubled keys, lone surrogates, NUL, nesting deeper than `DEPTH`.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

import msgspec

from services.kit.http.fault import Fault, pointer

DEPTH = 64
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_LOW, _HIGH = -(2**63), 2**63
_HIDING = (b"\\u0000", b"\\u0022", b"\\ud", b"\\uD")
_DIGITS = bytes(ord("0") if chr(byte).isdigit() and byte < 128 else byte for byte in range(256))
_LONG_RUN = b"0" * 19  # the shortest integer beyond 64 bits has as many digits
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()

Path = tuple[str | int, ...]


class MalformedError(ValueError):
    """What was sent is not the JSON we take; `faults` say where and why, one at least."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{faults[0].pointer or 'the body'}: {faults[0].detail}")
        self.faults = faults


def parse_json(raw: bytes) -> Any:
    """The value. Raises MalformedError, which names every fault by its pointer."""
    if shallow(raw):
        try:
            value = _decoder.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return _exactly(raw)
        if _cleared(raw, (value,)):
            return value
    return _exactly(raw)


def parse_lines(raw: bytes) -> list[Any]:
    """The values of newline-delimited JSON; empty lines are skipped.

    Raises MalformedError; the pointers begin with the number of the value, from 0.
    """
    if shallow(raw):
        try:
            values = _decoder.decode_lines(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return _exact_lines(raw)
        if _cleared(raw, values):
            return list(values)
    return _exact_lines(raw)


def lines(raw: bytes) -> list[bytes]:
    """The lines of NDJSON that hold something."""
    return [line for line in raw.split(b"\n") if line.strip()]


def _exact_lines(raw: bytes) -> list[Any]:
    return [_exactly(line, (number,)) for number, line in enumerate(lines(raw))]


def shallow(raw: bytes) -> bool:
    """Whether the nesting is certainly allowed: the innermost brackets go, round by round."""
    rest = raw.translate(None, _NOT_BRACKETS)
    for _ in range(DEPTH):
        if not rest:
            return True
        less = rest.replace(b"{}", b"").replace(b"[]", b"")
        if len(less) == len(rest):
            return False
        rest = less
    return not rest


def _cleared(raw: bytes, values: Any) -> bool:
    """Whether nothing that msgspec lets pass can be in there.

    Every key stands in two quotes, and a quote inside a text counts alike in what was sent and in
    the same written anew. So an equal count means that no key was swallowed by its double; unless
    an escape hides a quote, a NUL or half a pair: then the slow way decides.
    """
    if hides(raw):
        return False
    if _LONG_RUN in raw.translate(_DIGITS) and not _in_64_bits(values):
        return False
    return quotes(raw) == quotes(_encoder.encode(values))


def hides(raw: bytes) -> bool:
    """Whether an escape may stand for a quote, a NUL or half a surrogate pair."""
    return b"\\" in raw and any(map(raw.__contains__, _HIDING))


def quotes(raw: bytes) -> int:
    """How many quotes there are: alike in two writings of the same value where nothing hides."""
    return raw.count(b'"')


def _in_64_bits(values: Any) -> bool:
    """Whether every integer below is."""
    for value in values:
        kind = type(value)
        if kind is dict or kind is list:
            if not _in_64_bits(value.values() if kind is dict else value):
                return False
        elif kind is int and not _LOW <= value < _HIGH:
            return False
    return True


class _Wrong(NamedTuple):
    """Stands in a parsed value where the source held something that is refused."""

    detail: str


class _Doubled(dict[str, Any]):
    """An object some of whose keys came twice."""

    keys_twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    seen: set[str] = set()
    doubled = _Doubled(pairs)
    doubled.keys_twice = tuple(k for k, _ in pairs if k in seen or seen.add(k))  # type: ignore[func-returns-value]
    return doubled


def _integer(text: str) -> int | _Wrong:
    if len(text) <= 20 and _LOW <= int(text) < _HIGH:
        return int(text)
    return _Wrong("an integer beyond 64 bits; send it as a string")


def _float(text: str) -> float | _Wrong:
    number = float(text)
    return number if math.isfinite(number) else _Wrong("a number beyond what a double holds")


def _constant(text: str) -> _Wrong:
    return _Wrong(f"{text} is not JSON; leave the field out")


_exact = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)


def _exactly(raw: bytes, within: Path = ()) -> Any:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(within, f"byte {error.start} is not UTF-8")
    plain = _STRING.sub(b"", raw)
    if not shallow(plain) and _depth(plain) > DEPTH:
        _refuse(within, f"nested deeper than {DEPTH}")
    try:
        value = _exact.decode(text)
    except json.JSONDecodeError as error:
        _refuse(within, f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}")
    found = list(_faults(value, within))
    if found:
        raise MalformedError(found)
    return value


def _depth(plain: bytes) -> int:
    """How deep the brackets go in JSON without its strings, whether or not they are balanced."""
    depth = deepest = 0
    for mark in plain.translate(None, _NOT_BRACKETS):
        depth += 1 if mark in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _refuse(path: Path, detail: str) -> NoReturn:
    raise MalformedError([Fault(pointer(path), detail)]) from None


def _faults(value: Any, path: Path) -> Iterator[Fault]:
    if isinstance(value, _Wrong):
        yield Fault(pointer(path), value.detail)
    elif isinstance(value, str):
        yield from _text_faults(value, path)
    elif isinstance(value, dict):
        if isinstance(value, _Doubled):
            yield from (Fault(pointer((*path, k)), "the key comes twice") for k in value.keys_twice)
        for key, inner in value.items():
            yield from _text_faults(key, path)
            yield from _faults(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _faults(inner, (*path, number))


def _text_faults(text: str, path: Path) -> Iterator[Fault]:
    if "\x00" in text:
        yield Fault(pointer(path), "holds a NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        yield Fault(pointer(path), "holds half a surrogate pair")
