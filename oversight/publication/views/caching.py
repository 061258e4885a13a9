"""Public answers are the same for everyone, so anyone on the way may keep them for a while."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag

from oversight.kernel.requests import Request

View = TypeVar("View", bound=Callable[..., HttpResponse])

#: Seconds for which an answer may be used without asking again: short, so that a correction shows soon.
MAX_AGE: Final = 60


def cached(view: View) -> View:
    """Let an answer be kept, and answer "not modified" to whoever already has it.

    The tag is the digest of what is sent, so it can never vouch for an old page.
    """

    @wraps(view)
    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            return response
        patch_cache_control(response, public=True, max_age=MAX_AGE)
        set_response_etag(response)
        return cast(
            "HttpResponse", get_conditional_response(request, etag=response["ETag"], response=response)
        )

    return cast("View", answer)
