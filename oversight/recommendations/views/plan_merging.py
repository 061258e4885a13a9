"""The page on which a plan becomes part of another (E3, E4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.kernel.declaring import writes
from oversight.kernel.requests import Request
from oversight.recommendations.actions.plan_merging import merge_plan
from oversight.recommendations.forms.plans import Merging
from oversight.recommendations.queries.plans import STEP_PERMISSIONS, plans_to_merge_with
from oversight.recommendations.queries.plans import plan as plan_detail
from oversight.recommendations.views.recommendations import CONFLICT, takes


@writes(STEP_PERMISSIONS["merge"])
def merge(request: Request, reference: str) -> HttpResponse:
    """Show what becomes of the plan, and merge it into the one that is chosen."""
    found = plan_detail(actor=request.actor, reference=reference, today=request.today)
    fitting = plans_to_merge_with(actor=request.actor, reference=reference)
    choices = [
        (one.reference, f"{one.title} ({one.reference}, {one.state_label.lower()})") for one in fitting
    ]
    status = 200
    if request.method == "POST":
        form = Merging(request.POST, plans=choices)
        if form.is_valid():
            if takes(request, form, merge_plan, reference=reference):
                messages.success(request, f"{reference} is part of this plan now.")
                return redirect("plan", reference=form.cleaned_data["into"])
            status = CONFLICT
    else:
        form = Merging(plans=choices, initial={"revision": found.revision})
    context = {"found": found, "form": form, "possible": "merge" in found.acts}
    return render(request, "recommendations/plan_merge.html", context, status=status)
