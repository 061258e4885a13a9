"""A draft of one's own work, for areas above: checked, changed and put in common (B1, ¶30)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from oversight.exchange.views.steps import StepWords, take_step
from oversight.intelligence.forms import Offering
from oversight.intelligence.queries.items import default_readers
from oversight.intelligence.queries.offering import Offered, offer_of
from oversight.intelligence.rules.items import already_shared
from oversight.intelligence.views.items import content_of
from oversight.kernel.requests import Request


def take_offer(
    request: Request, offers: Collection[Offered], theme: str, *, back: str, act: Callable[..., int]
) -> HttpResponse:
    """Show the draft on a theme, or put it in common and go on to it.

    Args:
        request: The request.
        offers: What the piece of work offers.
        theme: Name of the theme.
        back: Address of that work.
        act: Shares it, given ``content`` and ``readers``, and gives the row of the item.

    Raises:
        Refused: Nothing is offered on the theme, or it was shared already.
    """
    offer = offer_of((one.offer for one in offers), theme)
    if any(one.offer is offer and one.item for one in offers):
        raise already_shared()
    words = StepWords(
        title=f"{offer.theme.title}: put in common",
        button="Put it in common",
        back=back,
        back_words="Back without sharing",
        told=(
            f"About {offer.about.name}. {offer.came_from}.",
            (
                "This is a draft: change what you would say otherwise. Only bodies that you name know of it, "
                "each reading is noted, and you can correct or withdraw it at any time (paragraph 30)."
            ),
        ),
        done="It is in common with those you named.",
    )
    initial = {
        "text": offer.text,
        "result": str(offer.result) if offer.result else "",
        "confidence": str(offer.confidence),
        "found_on": f"{offer.found_on:%d/%m/%Y}",
        "marking": str(offer.marking),
        "readers": "\n".join(default_readers(offer.owner)),
    }

    def share(form: Any) -> str:
        return reverse(
            "intelligence-item",
            args=[act(content=content_of(form), readers=form.cleaned_data["readers"])],
        )

    return take_step(request, words, partial(Offering, initial=initial), share)
