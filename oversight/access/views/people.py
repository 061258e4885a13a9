"""Who acts for a party, kept by the party itself (paragraph 10(iii))."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from oversight.access.actions import appoint
from oversight.access.forms import EndForm, FindPersonForm, MemberForm
from oversight.access.queries import role_titles, roles_of
from oversight.access.rules import Reach, access_table
from oversight.kernel.declaring import reads, writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.parties.actions import end_membership
from oversight.parties.queries import (
    PartyRef,
    membership,
    membership_facts,
    memberships_within,
    parties_by_code,
    party,
)

PERMISSION = "parties.manage_memberships"
PAGE = 25


def _managed(request: Request) -> tuple[PartyRef, ...]:
    """Give the parties whose people the one who asks keeps, their own first."""
    found = [ref for ref in parties_by_code().values() if request.actor.may(PERMISSION, ref)]
    return tuple(sorted(found, key=lambda ref: (ref.code != request.actor.party, ref.name)))


def _reach(request: Request) -> tuple[str, bool]:
    """Give the lineage within which one keeps people, and whether what lies below it counts."""
    reach = access_table().roles[request.actor.role].grants[PERMISSION]
    return ("/" if reach is Reach.ALL else party(request.actor.party).lineage), reach is not Reach.OWN


@reads(PERMISSION)
def people(request: Request) -> HttpResponse:
    """List who acts, or has acted, for the parties whose people one keeps."""
    form = FindPersonForm(request.GET)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    within = memberships_within(*_reach(request), text=text)
    page = Paginator(within, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "members": [membership_facts(row) for row in page.object_list],
        "titles": role_titles(),
        "form": form,
        "text": text,
    }
    return render(request, "access/people.html", context, status=422 if form.errors else 200)


@writes(PERMISSION)
def add_person(request: Request) -> HttpResponse:
    """Let someone act for a party in a role."""
    managed = _managed(request)
    roles = {role.id: role for ref in managed for role in roles_of(ref)}
    initial = {"from_day": request.today, "party": request.actor.party}
    form = MemberForm(request.POST or None, parties=managed, roles=list(roles.values()), initial=initial)
    if form.is_valid():
        said = dict(form.cleaned_data)
        said["party"] = next(ref for ref in managed if ref.code == said["party"])
        try:
            made = appoint(by=request.actor, at=request.at, **said)
        except Refused as refused:
            if refused.field not in form.fields:
                raise
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, f"{made.person_name} now acts for {made.party.name}.")
            return HttpResponseRedirect(reverse("people"))
    return render(request, "access/add_person.html", {"form": form}, status=422 if form.errors else 200)


@writes(PERMISSION)
def end_person(request: Request, membership_id: int) -> HttpResponse:
    """Set the last day on which someone acts for a party."""
    facts = membership(membership_id)
    request.actor.demand(PERMISSION, facts.party)
    initial = {"until_day": facts.until_day or request.today, "seen_until": facts.until_day}
    form = EndForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            ended = end_membership(
                by=request.actor,
                at=request.at,
                membership_id=membership_id,
                until_day=form.cleaned_data["until_day"],
                seen_until=form.cleaned_data["seen_until"],
            )
        except Refused as refused:
            if refused.rule.startswith("permission"):
                raise
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, f"The last day of {ended.person_name} for {ended.party.name} is set.")
            return HttpResponseRedirect(reverse("people"))
    context = {"form": form, "facts": facts, "title": role_titles()[facts.role][0]}
    return render(request, "access/end_person.html", context, status=422 if form.errors else 200)
