"""Canonical text of a record and its SHA-256.

The text is JSON in ASCII: keys sorted by code point, no spaces, and a typed wrapper for what JSON has no word
for, so ``{"$date": "2026-03-16"}`` is a date and ``"2026-03-16"`` is text. A key that begins with ``$`` is
written with the sign doubled, so no mapping can pass for a wrapper. ``parse`` reads back what was written and
accepts nothing else; two values that differ can therefore never share their bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Final, TypeAlias

Value: TypeAlias = (
    "bool | int | str | bytes | date | datetime | Decimal | Sequence[Value] | Mapping[str, Value] | None"
)
"""What a record may hold. Sequences are lists and tuples; moments are aware datetimes."""

_MARK: Final = "$"


def canonical(value: Value) -> str:
    """Give the one canonical text of ``value``.

    Args:
        value: None, a truth value, whole number, text, bytes, date, aware datetime or finite Decimal, or a
            list, tuple or mapping of these with text keys. A tuple is written as a list, and a moment in UTC.

    Raises:
        TypeError: A value of another type, a float or a key that is not text. The message gives its place.
        ValueError: A datetime without a time zone, text that holds half of a surrogate pair, a Decimal that
            is no number, or a value nested too deep or too long to write.
    """
    try:
        return _encode(_plain(value, ""))
    except RecursionError:
        raise ValueError("A record cannot be nested this deep.") from None


def parse(text: str) -> Value:
    """Read back what ``canonical`` wrote.

    Raises:
        ValueError: ``text`` is not the canonical text of any value.
    """
    try:
        value = _typed(json.loads(text, parse_float=_refuse_number, parse_constant=_refuse_number))
        rewritten = canonical(value)
    except RecursionError:
        raise ValueError("A record cannot be nested this deep.") from None
    if rewritten != text:
        raise ValueError(
            "The text is not in canonical form: order, spacing, escapes or a repeated key differ."
        )
    return value


def digest(value: Value) -> str:
    """Give the SHA-256 of the canonical text of ``value``, as 64 lower-case hexadecimal digits.

    Raises:
        TypeError, ValueError: As for ``canonical``.
    """
    return sha256(canonical(value).encode("ascii")).hexdigest()


def moment_text(moment: datetime) -> str:
    """Write a moment in UTC to the microsecond, always 27 characters: ``2026-03-16T09:30:00.000000Z``.

    The texts sort as the moments do.

    Raises:
        ValueError: ``moment`` has no time zone, or falls outside the years 1 to 9999 in UTC.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone, so it is no moment.")
    try:
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    except OverflowError:
        raise ValueError(f"{moment.isoformat()} falls outside the years 1 to 9999 in UTC.") from None


def read_moment(text: str) -> datetime:
    """Read back what ``moment_text`` wrote, as an aware datetime in UTC.

    Raises:
        ValueError: ``text`` has another form or names no moment.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not UTC or moment_text(moment) != text:
        raise ValueError(f"{text[:40]!r} is not a moment such as 2026-03-16T09:30:00.000000Z.")
    return moment


def _encode(plain: object) -> str:
    return json.dumps(plain, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _plain(value: object, place: str) -> object:
    """Turn ``value`` into what JSON has words for; ``place`` names it in a message."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _sound(value, place)
    if isinstance(value, Mapping):
        return {_key(key, place): _plain(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, datetime):
        try:
            return {"$moment": moment_text(value)}
        except ValueError as error:
            raise ValueError(f"{_named(place)}: {error}") from None
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{_named(place)} is {value}, which is no number.")
        return {"$decimal": str(value)}
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, float):
        raise TypeError(
            f"{_named(place)} is a float, which has no exact text. Use a Decimal or a whole number."
        )
    raise TypeError(f"{_named(place)} is a {type(value).__name__}, which a record cannot hold.")


def _key(key: object, place: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"A key of {_named(place)} is a {type(key).__name__}; keys are text.")
    _sound(key, f"{place}.{key!a}")
    return _MARK + key if key.startswith(_MARK) else str(key)


def _sound(text: str, place: str) -> str:
    if not text.isascii():
        try:
            # Two halves side by side would share their bytes with the one character they make.
            text.encode()
        except UnicodeEncodeError:
            raise ValueError(
                f"{_named(place)} holds half of a surrogate pair, which is not a character."
            ) from None
    return text


def _named(place: str) -> str:
    return place.lstrip(".") or "The record"


def _typed(plain: object) -> Value:
    if isinstance(plain, dict):
        if len(plain) == 1:
            ((key, item),) = plain.items()
            if key.startswith(_MARK) and not key.startswith(_MARK * 2):
                return _unwrapped(key, item)
        return {_unmarked(key): _typed(item) for key, item in plain.items()}
    if isinstance(plain, list):
        return [_typed(item) for item in plain]
    assert plain is None or isinstance(plain, bool | int | str)
    return plain


def _unmarked(key: str) -> str:
    if not key.startswith(_MARK):
        return key
    if not key.startswith(_MARK * 2):
        raise ValueError(f"{key[:40]!r} is the mark of a type and cannot stand beside other keys.")
    return key[1:]


def _unwrapped(mark: str, item: object) -> Value:
    reader = _READERS.get(mark)
    if reader is None or not isinstance(item, str):
        raise ValueError(f"{mark[:40]!r} with {item!a:.40} is no typed value.")
    try:
        return reader(item)
    except (ValueError, ArithmeticError):
        raise ValueError(f"{mark[:40]!r} cannot hold {item!a:.40}.") from None


_READERS: Final[Mapping[str, Callable[[str], Value]]] = MappingProxyType(
    {"$date": date.fromisoformat, "$moment": read_moment, "$decimal": Decimal, "$bytes": bytes.fromhex}
)


def _refuse_number(text: str) -> object:
    raise ValueError(f"{text[:40]} is not a whole number, so the text is not canonical.")
