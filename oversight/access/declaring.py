"""Every page says who may come and whether it writes; here it is held to that.

A view without a declaration is refused to everyone. GET and HEAD run where nothing can be written, POST where
only an act writes; a view that records who reads it runs as POST does. The declarations themselves are in
``oversight.kernel.declaring``, below every area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import add_never_cache_headers  # type: ignore[attr-defined]

from oversight.access.queries import NOBODY, Acting, acting_for
from oversight.kernel.declaring import (
    Declaration,
    own_account,
    own_account_form,
    public,
    public_form,
    reads,
    signed_in,
    signed_in_form,
    writes,
)
from oversight.kernel.refusals import Refused
from oversight.ledger.guard import reading, writing
from oversight.parties.queries import remembering

__all__ = [
    "CHOSEN",
    "AccessMiddleware",
    "Declaration",
    "own_account",
    "own_account_form",
    "public",
    "public_form",
    "reads",
    "signed_in",
    "signed_in_form",
    "writes",
]

CHOSEN: Final = "membership"
"""Key in the session of the membership that a person chose to act under."""

_READING: Final = frozenset({"GET", "HEAD"})

Handler = Callable[[HttpRequest], HttpResponse]


class AccessMiddleware:
    """Say who acts, refuse undeclared views, and hold the others to their declaration."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        request.gate = _Gate(request)  # type: ignore[attr-defined]
        with remembering():
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Refuse a view that does not say who may come. A fault of ours, so it is loud."""
        del request, args, kwargs
        if not isinstance(getattr(view, "declaration", None), Declaration):
            raise ImproperlyConfigured(
                f"{view.__module__}.{view.__qualname__} does not declare who may come. Decorate it with "
                "one of the words of oversight.kernel.declaring."
            )


class _Gate:
    """Stands on a request in front of its view; a declared view calls it and runs only through it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __call__(
        self,
        declaration: Declaration,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> HttpResponse:
        request = self._request
        method = request.method or ""
        if method not in _READING and not (declaration.writes and method == "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"] if declaration.writes else ["GET", "HEAD"])
        if not declaration.signed_in and not declaration.writes:
            # A public page is the same for everyone: it never looks at the session, so it can be cached.
            request.actor = NOBODY  # type: ignore[attr-defined]
        else:
            request.actor = _actor(request)  # type: ignore[attr-defined]
        if declaration.signed_in:
            turned_away = _turned_away(request, declaration)
            if turned_away is not None:
                return turned_away
        with reading() if method in _READING and not declaration.logs else writing():
            response = view(request, *args, **kwargs)
            render = getattr(response, "render", None)
            if callable(render):
                # Rendered here, so that a template cannot write either.
                response = render()
        if declaration.signed_in:
            add_never_cache_headers(response)
        return response


def _turned_away(request: HttpRequest, declaration: Declaration) -> HttpResponse | None:
    actor: Acting = request.actor  # type: ignore[attr-defined]
    if not actor.reference:
        return HttpResponseRedirect(_with_next(sign_in_address(), request))
    if declaration.own_account:
        return None
    if not actor.role:
        if request.memberships:  # type: ignore[attr-defined]
            return HttpResponseRedirect(_with_next(reverse("acting-as"), request))
        raise Refused(
            "permission_no_membership",
            "You do not act for any party now, so there is nothing here for you to see or do.",
            "Ask whoever manages the people of your party to add you by the email address you sign in with.",
        )
    if declaration.permission:
        actor.demand(declaration.permission)
    return None


def sign_in_address() -> str:
    """Give the address where people sign in: in a demonstration, where they pick a role."""
    return reverse("sign-in") if settings.DEMONSTRATION else reverse("account_login")


def _with_next(address: str, request: HttpRequest) -> str:
    if request.method not in _READING:
        # What was sent is not repeated after signing in, so the person starts at home.
        return address
    return f"{address}?{urlencode({'next': request.get_full_path()})}"


def _actor(request: HttpRequest) -> Acting:
    """Find who acts: one query for the person and one for their memberships."""
    request.memberships = 0  # type: ignore[attr-defined]
    user = request.user
    if not user.is_authenticated:
        return NOBODY
    chosen = request.session.get(CHOSEN)
    acting, count = acting_for(
        person_id=user.pk,
        name=user.name,
        chosen=chosen if isinstance(chosen, int) else None,
        today=request.today,  # type: ignore[attr-defined]
    )
    request.memberships = count  # type: ignore[attr-defined]
    return acting
