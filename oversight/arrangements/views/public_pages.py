"""Public pages of the arrangements: the same for everyone, so that caches may keep them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.templatetags.static import static
from django.utils.cache import get_conditional_response, patch_cache_control

import oversight
from oversight.arrangements import queries
from oversight.arrangements.rules.facts import Version
from oversight.kernel.declaring import public
from oversight.kernel.requests import Request

FRESH_FOR_SECONDS = 300
_MADE_FROM = (
    "*/templates/**/*.html",
    "arrangements/**/*.py",
    "arrangements/*/*.yaml",
    "arrangements/*/*.svg",
)


@dataclass(frozen=True)
class Texts:
    """Every text of the arrangements that the service knows, as it stands on a day.

    Args:
        known: All of them, the latest to take effect first.
        today: The day.
    """

    known: tuple[Version, ...]
    today: date

    @property
    def in_force(self) -> Version | None:
        """The text that governs events of the day; None before the first takes effect."""
        return next((one for one in self.known if one.effective_from <= self.today), None)

    @property
    def coming(self) -> tuple[Version, ...]:
        """Texts that take effect later, the next one first."""
        return tuple(one for one in reversed(self.known) if one.effective_from > self.today)

    @property
    def past(self) -> tuple[Version, ...]:
        """Texts that another has followed, the latest first."""
        return tuple(
            one for one in self.known if one.effective_from <= self.today and one is not self.in_force
        )

    @property
    def first(self) -> Version | None:
        """The text to show: the one in force, or else the next to take effect."""
        return self.in_force or next(iter(self.coming), None)

    def named(self, identifier: str) -> Version | None:
        """Give the text with that identifier, or None."""
        return next((one for one in self.known if one.id == identifier), None)


def texts_on(today: date) -> Texts:
    """Give the texts known, as they stand on ``today``."""
    known = sorted(
        queries.known_versions(), key=lambda one: (one.effective_from, one.adopted_at), reverse=True
    )
    return Texts(tuple(known), today)


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Declare a public page made from the texts known, which a cache may keep until one of them changes."""

    @public
    @wraps(view)
    def answer(request: Request, **kwargs: Any) -> HttpResponse:
        texts = texts_on(request.today)
        etag = _etag(request, texts)
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = view(request, texts, **kwargs)
        response.headers["ETag"] = etag
        patch_cache_control(response, public=True, max_age=FRESH_FOR_SECONDS)
        return response

    return answer


def _etag(request: Request, texts: Texts) -> str:
    parts = [request.get_full_path(), texts.today.isoformat(), str(settings.DEMONSTRATION), _edition()]
    parts += [f"{one.id} {one.adopted_at.isoformat()}" for one in texts.known]
    return f'W/"{sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'


@cache
def _edition() -> str:
    """Give a digest of what decides how these pages look, so that a new release shows none of the old."""
    total = sha256(static("oversight/application.css").encode())
    package = Path(oversight.__file__).parent
    for pattern in _MADE_FROM:
        for path in sorted(package.glob(pattern)):
            total.update(path.read_bytes())
    return total.hexdigest()
