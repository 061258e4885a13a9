"""What I was told of actions, and how often I am emailed (E6, ¶26)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.views.duties import page_number
from oversight.kernel.declaring import writes
from oversight.kernel.requests import Request
from oversight.recommendations.actions.notices import choose_notices
from oversight.recommendations.forms.notices import Choosing
from oversight.recommendations.queries.notices import choice, notices
from oversight.recommendations.rules.actions_due import ladder
from oversight.recommendations.rules.notices import How
from oversight.recommendations.views.recommendations import INVALID, SEE


@writes(SEE)
def plan_notices(request: Request) -> HttpResponse:
    """Show what I was told, latest first, and let me choose how often I am emailed."""
    status = 200
    if request.method == "POST":
        form = Choosing(request.POST)
        if form.is_valid():
            choose_notices(by=request.actor, at=request.at, **form.facts())
            messages.success(request, "Saved.")
            return redirect("plan-notices")
        status = INVALID
    else:
        form = Choosing(initial={"how": choice(request.actor)})
    context = {
        "form": form,
        "page": notices(actor=request.actor, page=page_number(request.GET)),
        "ladder": ladder(),
        "weekly": How.WEEKLY,
    }
    return render(request, "recommendations/notices.html", context, status=status)
