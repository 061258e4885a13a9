"""Pages that belong to no area: what to do when something is wrong, and how the site itself works."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oversight.kernel.declaring import public
from oversight.kernel.requests import Request


@public
def accessibility(request: Request) -> HttpResponse:
    """Say how accessible the service is and what to do when it is not."""
    return render(request, "web/accessibility.html")


@public
def cookies(request: Request) -> HttpResponse:
    """Say which cookies the service sets and why."""
    return render(request, "web/cookies.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a request that makes no sense."""
    return _problem(
        request,
        400,
        "That request could not be understood",
        ["Nothing was changed. Go back, check what you entered and try again."],
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a request that the framework itself refused."""
    return _problem(
        request,
        403,
        "You cannot do this",
        ["Your role does not allow it, or the page was open too long. Nothing was changed."],
    )


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a form sent without its token: an old page, or another site sending in someone's name."""
    return _problem(
        request,
        403,
        "This page was open too long",
        ["Nothing was changed. Go back, load the page again and send it once more."],
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer an address where nothing is."""
    return _problem(
        request,
        404,
        "Page not found",
        [
            "If you typed the address, check it is right. If you followed a link, the page may have moved.",
        ],
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the service itself has failed."""
    return _problem(
        request,
        500,
        "Sorry, there is a problem with the service",
        ["What you were doing was not saved. Try again in a few minutes."],
    )


def _problem(request: HttpRequest, status: int, heading: str, sentences: list[str]) -> HttpResponse:
    return render(request, "web/problem.html", {"heading": heading, "sentences": sentences}, status=status)
