"""Signing in to a demonstration, choosing the party one acts for, one's own account."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from oversight.access.declaring import CHOSEN
from oversight.access.queries import demonstration_people, role_titles
from oversight.kernel.declaring import own_account, own_account_form, public_form
from oversight.kernel.requests import Request
from oversight.parties.queries import MembershipFacts, memberships_of

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public_form
def sign_in(request: Request) -> HttpResponse:
    """Pick a fictional person and sign in as them. There is no such page but in a demonstration."""
    if not settings.DEMONSTRATION:
        raise Http404
    people = demonstration_people(today=request.today)
    problem = ""
    if request.method == "POST":
        chosen = request.POST.get("membership", "")
        membership = next((one for _, one in people if one is not None and str(one.id) == chosen), None)
        if membership is not None:
            login(request, get_user_model().objects.get(pk=membership.person_id), backend=_BACKEND)
            request.session[CHOSEN] = membership.id
            return HttpResponseRedirect(_next(request, request.POST))
        problem = "Choose one of the people below. The list may have changed since you opened the page."
    bodies: dict[str, list[dict[str, object]]] = {}
    titles = role_titles()
    for person, membership in people:
        if membership is not None:
            title, body = titles[person.role]
            shown = {"person": person, "membership": membership, "title": title}
            bodies.setdefault(body, []).append(shown)
    context = {"bodies": bodies, "problem": problem, "next": request.GET.get("next", "")}
    return render(request, "access/sign_in.html", context, status=422 if problem else 200)


@own_account_form
def acting_as(request: Request) -> HttpResponse:
    """Choose for which of one's parties, and in which role, one acts until signing out or choosing again."""
    memberships = _memberships(request)
    problem = ""
    if request.method == "POST":
        chosen = next((one for one in memberships if str(one.id) == request.POST.get("membership")), None)
        if chosen is not None:
            request.session[CHOSEN] = chosen.id
            messages.success(request, f"You now act for {chosen.party.name}.")
            return HttpResponseRedirect(_next(request, request.POST))
        problem = "Choose one of the parties below. The list may have changed since you opened the page."
    context = {
        "memberships": memberships,
        "titles": role_titles(),
        "problem": problem,
        "next": request.GET.get("next", ""),
    }
    return render(request, "access/acting_as.html", context, status=422 if problem else 200)


@own_account
def your_account(request: Request) -> HttpResponse:
    """Show one's name, address and parties, and the ways to keep the account safe."""
    context = {
        "memberships": _memberships(request),
        "titles": role_titles(),
        "email": request.user.get_username(),
    }
    return render(request, "access/your_account.html", context)


@own_account
def recovery_codes(request: Request) -> HttpResponse:
    """Show the recovery codes that are left, after confirming who one is.

    Ours, because the library's page writes down that it was looked at, and looking writes nothing here.
    """
    kept = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    found = kept.order_by("pk").first()
    if found is None:
        return HttpResponseRedirect(reverse("mfa_index"))
    raise_if_reauthentication_required(request, app="allauth.mfa")
    context = {"unused_codes": found.wrap().get_unused_codes()}
    return render(request, "mfa/recovery_codes/index.html", context)


def _memberships(request: Request) -> tuple[MembershipFacts, ...]:
    assert request.user.pk is not None
    return memberships_of(request.user.pk, today=request.today)


def _next(request: Request, sent: QueryDict) -> str:
    """Give the page that was wanted, when it is one of ours; otherwise the home page."""
    wanted = sent.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("home")
