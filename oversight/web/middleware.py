"""What every request brings: the moment it came, and refusals turned into pages."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from oversight.kernel.refusals import Refused

LONDON = ZoneInfo("Europe/London")

#: Refusals that say a thing is not there; all others say that it may not be done.
NOT_FOUND = "not_found"
#: Rules of permission, answered with 403; a refusal by state is a conflict, 409.
PERMISSION = "permission"

Handler = Callable[[HttpRequest], HttpResponse]


def request_facts(get_response: Handler) -> Handler:
    """Read the clock once for a request; nothing below the shell reads it again."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()  # type: ignore[attr-defined]
        request.today = request.at.astimezone(LONDON).date()  # type: ignore[attr-defined]
        return get_response(request)

    return handle


class refusals:  # noqa: N801 - named as the other entries in MIDDLEWARE are
    """Answer a refusal that reached nobody with a page that says why, who can, and what next."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render ``Refused``; leave every other exception to Django."""
        if not isinstance(exception, Refused):
            return None
        return refusal_page(request, exception)


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Return the page of a refusal, with the status that suits its rule."""
    status = 409
    if refused.rule.startswith(NOT_FOUND):
        status = 404
    elif refused.rule.startswith(PERMISSION):
        status = 403
    return render(request, "web/refused.html", {"refused": refused, "status": status}, status=status)
