"""How a step is taken on a page: its form, the act, and a refusal beside the field it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.core.paginator import Page, Paginator

from oversight.arrangements.forms import show_refusal
from oversight.kernel.refusals import Refused
from oversight.kernel.requests import Request

#: What was asked makes no sense; the page says what and beside which field.
INVALID: Final = 422
#: Refusals by state: the page is shown again with what was typed, and answered as a conflict.
CONFLICT: Final = 409


def takes(request: Request, form: Any, write: Callable[..., object], **known: Any) -> bool:
    """Take the step that a valid form says; give whether it was, else show the refusal beside its field.

    Args:
        request: Who takes it, and when.
        form: Has the facts of the step and, where one was seen, the revision.
        write: The act.
        known: What the address says.

    Raises:
        Refused: The person may not take it at all, or there is no such thing for them.
    """
    told = dict(known)
    if "revision" in form.cleaned_data:
        told["revision"] = form.cleaned_data["revision"]
    try:
        write(by=request.actor, at=request.at, **told, **form.facts())
    except Refused as refused:
        refused_on_page(form, refused)
        return False
    return True


def refused_on_page(form: Any, refused: Refused) -> int:
    """Put a refusal beside the field it is about; give the status of the page.

    Raises:
        Refused: The person may not do it at all, or there is no such thing for them.
    """
    if refused.rule.startswith(("permission", "not_found")):
        raise refused
    show_refusal(form, refused)
    return CONFLICT


def pages_of(count: int, page: int, size: int) -> Page[int]:
    """Give the pages of a list, for the links between them."""
    return Paginator(range(count), size).page(page)
