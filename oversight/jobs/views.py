"""What is done out of sight, and how far it is. A page of it stands still until it is asked again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from oversight.jobs import queries
from oversight.kernel.declaring import reads
from oversight.kernel.requests import Request


@reads(queries.SEE)
def jobs(request: Request) -> HttpResponse:
    """List the work asked for by my organisation, latest first."""
    number = request.GET.get("page", "1")
    page = queries.jobs(
        actor=request.actor, at=request.at, page=int(number) if number.isdecimal() and len(number) < 7 else 1
    )
    return render(request, "jobs/jobs.html", {"page": page})


@reads(queries.SEE)
def job(request: Request, job_id: int) -> HttpResponse:
    """Show how far one piece of work is."""
    return render(
        request, "jobs/job.html", {"job": queries.job(actor=request.actor, at=request.at, job_id=job_id)}
    )
