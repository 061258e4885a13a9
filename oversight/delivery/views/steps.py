"""How every step of the first line is shown and taken: a form, an act, a refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from oversight.arrangements.forms import in_full, show_refusal
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request
from oversight.parties.queries import parties_by_code
from oversight.parties.queries.units import UNITS

INVALID: Final = 422
CONFLICT: Final = 409


@dataclass(frozen=True)
class StepWords:
    """What a step's page says.

    Args:
        title: Its heading.
        button: What its button says.
        back: Address that it goes back to.
        back_words: Where that is.
        caption: What it is about, above the heading.
        told: Paragraphs above the form.
        done: What is said once it is taken.
        warning: Whether it cannot be undone.
    """

    title: str
    button: str
    back: str
    back_words: str
    caption: str = ""
    told: Sequence[str] = ()
    done: str = ""
    warning: bool = False


def units_suggested() -> list[str]:
    """Give the names that fields for regions and units suggest."""
    return sorted(in_full(ref) for ref in parties_by_code().values() if ref.kind in UNITS)


def take_step(
    request: Request,
    words: StepWords,
    form: Callable[..., forms.Form],
    act: Callable[[forms.Form], str],
) -> HttpResponse:
    """Show a step, or take it and go on.

    Args:
        request: The request.
        words: What its page says.
        form: Makes the form, of nothing or of what was sent.
        act: Takes the step with a valid form and gives the address to go on to.
    """
    shown, status = form(), 200
    if request.method == "POST":
        shown, status = form(request.POST, request.FILES), INVALID
        if shown.is_valid():
            try:
                address = act(shown)
            except Refused as refused:
                if refused.rule.startswith(("permission", "not_found")):
                    raise
                show_refusal(shown, refused)
                status = CONFLICT
            else:
                messages.success(request, words.done)
                return redirect(address)
    files = any(isinstance(one, forms.FileField) for one in shown.fields.values())
    context = {"words": words, "form": shown, "files": files}
    return render(request, "delivery/step.html", context, status=status)
