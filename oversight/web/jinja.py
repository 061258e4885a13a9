"""The template environment: GOV.UK macros, our components, and names that must exist."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jinja2
from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from jinja2.utils import missing

from oversight.access.queries import role_titles
from oversight.briefings.queries.alerts import Notice as BriefingNotice
from oversight.briefings.queries.alerts import notices as briefing_notices
from oversight.inspections.queries.alerts import Notice, notices
from oversight.kernel import words
from oversight.kernel.requests import Request
from oversight.parties.queries import parties_by_code
from oversight.recommendations.queries.notices import NoticeLine, standing_notices
from oversight.sfo.queries.sample import list_notice
from oversight.sfo.rules.list_due import ListDue
from oversight.web import components, navigation

AREAS = Path(__file__).resolve().parent.parent

#: Addresses of pages that are kept; a page links to some hundred.
ADDRESSES: Final = 4096

#: Names the GOV.UK macros themselves use for "nothing was given".
MACRO_NAMES = {"caller", "null", "successBanner", "typeClass", "undefined"}


class NamesMustExist(jinja2.StrictUndefined):
    """Fail on a name or attribute that does not exist, except options left out of a macro's mapping.

    The GOV.UK macros take one mapping and ask it for options nobody set; everything else that is
    undefined is a mistake in a page.
    """

    def __new__(
        cls,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[jinja2.TemplateRuntimeError] = jinja2.UndefinedError,
    ) -> Any:
        if isinstance(obj, dict) or name in MACRO_NAMES:
            return jinja2.Undefined(hint, obj, name, exc)
        return super().__new__(cls)


class SharedGlobals(jinja2.Template):
    """A template whose macros are made once: every template here has the same globals.

    Jinja compares the globals of a page with those of each template that it imports, each time, because an
    application may give templates different ones. That took a tenth of the time of a page.
    """

    def _get_default_module(self, ctx: jinja2.runtime.Context | None = None) -> Any:
        del ctx
        return super()._get_default_module()


def environment(**options: Any) -> jinja2.Environment:
    """Make the environment Django's Jinja2 engine uses; ``options`` come from that engine."""
    options |= {
        "autoescape": True,
        "undefined": NamesMustExist,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "loader": jinja2.ChoiceLoader(
            [
                *(jinja2.FileSystemLoader(path) for path in sorted(AREAS.glob("*/templates"))),
                jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
    }
    made = jinja2.Environment(**options)  # noqa: S701 - autoescape is on, above
    made.template_class = SharedGlobals
    made.globals |= {
        "static": static,
        "url": _url,
        "messages_of": get_messages,
        "alert_notices": _alert_notices,
        "briefing_notices": _briefing_notices,
        "action_notices": _action_notices,
        "list_notice": _list_notice,
        "navigation": navigation.staff,
        "every_way": navigation.every_way,
        "public_navigation": navigation.public_items,
        "demonstration": settings.DEMONSTRATION,
        "form_field": components.form_field,
        "form_fields": components.form_fields,
        "error_summary": components.error_summary,
        "button": components.button,
        "pagination": components.pagination,
        "tag": components.tag,
        "with_query": components.with_query,
        "party_name": _party_name,
        "role_title": _role_title,
    }
    made.filters |= {
        "day": words.day_in_words,
        "weekday": words.weekday_in_words,
        "moment": words.moment_in_words,
        "join_words": words.join_in_words,
    }
    made.globals["distance"] = words.distance_in_words
    return made


def _url(name: str, /, *args: str | int, **kwargs: str | int) -> str:
    # The prefix under which a web server offers the service may differ from request to request.
    return _address(
        get_script_prefix(),
        name,
        tuple(map(str, args)),
        tuple((of, str(kwargs[of])) for of in sorted(kwargs)),
    )


@lru_cache(maxsize=ADDRESSES)
def _address(prefix: str, name: str, args: tuple[str, ...], more: tuple[tuple[str, str], ...]) -> str:
    """Find the address of a page among all of the service: that takes longer than the rest of a link."""
    del prefix
    return reverse(name, args=args or None, kwargs=dict(more) or None)


def _alert_notices(request: Request) -> tuple[Notice, ...]:
    """Give what the one who asks has to know of alerts; home lies below the area that raises them."""
    return notices(actor=request.actor, today=request.today)


def _action_notices(request: Request) -> tuple[NoticeLine, ...]:
    """Give the latest of what the one who asks was told of actions and that still holds."""
    return standing_notices(request.actor)


def _list_notice(request: Request) -> ListDue | None:
    """Give the overdue list of offence reviews to those who freeze one; home lies below that area too."""
    return list_notice(actor=request.actor, today=request.today)


def _briefing_notices(request: Request) -> tuple[BriefingNotice, ...]:
    """Give what the one who asks has to do about alerts and briefings; home lies below that area too."""
    return briefing_notices(actor=request.actor)


def _party_name(code: str) -> str:
    """Give the present name of a party, or its code when the register does not know it."""
    known = parties_by_code().get(code)
    return known.name if known is not None else code


def _role_title(role: str) -> str:
    """Give the title of a role, or its identifier when there is no such role any more."""
    title, _ = role_titles().get(role, (role, ""))
    return title
