"""JSON that another program or person may have written: parsed and checked in one step."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def parse(text: bytes | str, kind: type[T] | Any = Any) -> T:  # noqa: ANN401 - or a type expression
    """Return a JSON text as values of a type: a `TypedDict`, a dataclass, a `list[str]`.

    Raises:
        ValueError: it is no JSON (NaN included), is nested too deeply, holds half a character, or
            does not fit the type; the message names the path, such as `$.sides.left`.
    """
    try:
        return msgspec.convert(json.loads(text, parse_constant=_refuse), kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ValueError(str(error)) from error


def parser_of(kind: type[T] | Any) -> Callable[[bytes], T]:  # noqa: ANN401 - as in `parse`
    """Return `parse` for many texts of one type; what the type does not name is not built."""
    decoder = msgspec.json.Decoder(kind)

    def read(text: bytes) -> T:
        try:
            value: T = decoder.decode(text)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            value = parse(text, kind)  # half a character is allowed in a file's name
        return value

    return read


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
