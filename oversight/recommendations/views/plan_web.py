"""A plan is taken off the web, or put back on it, with the reason (¶27)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import show_refusal
from oversight.kernel.declaring import writes
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.publication.actions.plans import (
    PUBLISH_PLANS,
    put_plan_back_on_the_web,
    take_plan_off_the_web,
)
from oversight.publication.queries.plans import is_off, public_version
from oversight.recommendations.forms.plans import OnTheWeb
from oversight.recommendations.queries.plans import plan as plan_detail
from oversight.recommendations.views.recommendations import CONFLICT


@writes(PUBLISH_PLANS)
def on_the_web(request: Request, reference: str) -> HttpResponse:
    """Take the plan off the web, or put it back, whichever is possible."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    off, version = is_off(reference), public_version(reference)
    form, status = OnTheWeb(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        act = put_plan_back_on_the_web if off else take_plan_off_the_web
        try:
            act(by=request.actor, at=request.at, reference=reference, why=form.cleaned_data["text"])
        except Refused as refused:
            if refused.rule.startswith("permission"):
                raise
            show_refusal(form, refused)
            status = CONFLICT
        else:
            messages.success(request, "It is back on the web." if off else "It is off the web.")
            return redirect("plan", reference=reference)
    context = {"found": found, "form": form, "off": off, "version": version}
    return render(request, "recommendations/plan_web.html", context, status=status)
