"""What is published of a policy change: all that the public may read of it, and what led to it (¶21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from oversight.kernel.digests import Value, canonical, digest, parse


@dataclass(frozen=True)
class LedTo:
    """A finding that led to a change.

    Args:
        report: Reference of the published report.
        report_title: What it was on, and when it was published.
        what: The report itself, or a recommendation of it, in words.
        how: How it led to the change.
    """

    report: str
    report_title: str
    what: str
    how: str


@dataclass(frozen=True, kw_only=True)
class PublicChange:
    """A policy change as it is published.

    Args:
        reference: Its reference.
        title: What it is called.
        kind: What kind of change it is, in words.
        what: What changes.
        state: How it stands, in words.
        ended: Whether it has ended or was dropped.
        on: Day on which that happened, or is planned for.
        link: Page on GOV.UK or of Parliament; empty for none.
        owner: Name of the body that answers for it.
        led: What led to it.
    """

    reference: str
    title: str
    kind: str
    what: str
    state: str
    ended: bool
    on: date
    link: str
    owner: str
    led: tuple[LedTo, ...]

    @property
    def text(self) -> str:
        """Its canonical text, which is kept."""
        return canonical(self._plain)

    @property
    def digest(self) -> str:
        """SHA-256 of that text."""
        return digest(self._plain)

    @property
    def _plain(self) -> Value:
        return cast("Value", asdict(self) | {"led": [asdict(one) for one in self.led]})


def read_change(text: str) -> PublicChange:
    """Read what ``PublicChange.text`` wrote."""
    data = cast("Mapping[str, Any]", parse(text))
    return PublicChange(**{**data, "led": tuple(LedTo(**one) for one in data["led"])})
