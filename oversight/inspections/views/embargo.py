"""Copies under embargo, for those they were given to. Each reading is recorded (D8, ¶20)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from oversight.inspections.actions.publishing import note_reading
from oversight.inspections.queries.embargo import READ, copy_to_read, my_copies
from oversight.kernel.declaring import reads
from oversight.kernel.requests import Request
from oversight.publication.rules.programmes import programmes


@reads(READ)
def copies(request: Request) -> HttpResponse:
    """List the copies that I was given."""
    return render(request, "inspections/embargo_copies.html", {"copies": my_copies(actor=request.actor)})


@reads(READ, logs=True)
def copy(request: Request, copy_id: int) -> HttpResponse:
    """Show a copy that I was given, and record that I read it."""
    found = copy_to_read(actor=request.actor, today=request.today, copy_id=copy_id)
    if request.method == "GET":
        note_reading(by=request.actor, at=request.at, copy_id=copy_id)
    return render(request, "inspections/embargo_copy.html", {"found": found, "rater": programmes().rater})
