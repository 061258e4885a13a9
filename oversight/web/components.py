"""Small adapter from Django's forms and pages to the parameters of the GOV.UK macros."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from django import forms
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import engines
from markupsafe import Markup

MACROS = {
    "button": "govukButton",
    "checkboxes": "govukCheckboxes",
    "error-summary": "govukErrorSummary",
    "file-upload": "govukFileUpload",
    "input": "govukInput",
    "pagination": "govukPagination",
    "password-input": "govukPasswordInput",
    "radios": "govukRadios",
    "select": "govukSelect",
    "tag": "govukTag",
    "textarea": "govukTextarea",
}


@cache
def _macro(component: str) -> Any:
    template = engines["jinja2"].env.get_template(  # type: ignore[attr-defined]  # Jinja2's engine has it
        f"govuk_frontend_jinja/components/{component}/macro.html"
    )
    return getattr(template.module, MACROS[component])


def _render(component: str, params: dict[str, Any]) -> Markup:
    return Markup(_macro(component)(params))  # noqa: S704 - the macro escapes what it is given


def form_field(bound: BoundField, **options: Any) -> Markup:
    """Render one field with its label, hint and error.

    Args:
        bound: The field of a form.
        options: More parameters for the macro, for example ``classes="govuk-input--width-20"``,
            or ``page_heading=True`` when the label is the heading of the page.
    """
    widget = bound.field.widget
    if widget.is_hidden:
        return Markup(bound.as_widget())  # noqa: S704 - Django's own escaped markup
    params = _common(bound, heading=bool(options.pop("page_heading", False)))
    if isinstance(widget, forms.CheckboxInput):
        return _render("checkboxes", _one_checkbox(bound, params) | options)
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        many = isinstance(widget, forms.CheckboxSelectMultiple)
        params["fieldset"] = {"legend": _legend(params.pop("label"))}
        params["idPrefix"] = params.pop("id")
        params["items"] = _choices(bound, chosen="checked", empty=False)
        return _render("checkboxes" if many else "radios", params | options)
    if isinstance(widget, forms.Select):
        params["items"] = _choices(bound, chosen="selected", empty=True)
        return _render("select", params | options)
    if isinstance(widget, forms.FileInput):
        return _render("file-upload", params | options)
    value = bound.value()
    params["value"] = "" if value is None else bound.field.prepare_value(value)
    if isinstance(widget, forms.Textarea):
        params["rows"] = str(widget.attrs.get("rows", 5))
        return _render("textarea", params | options)
    if isinstance(widget, forms.PasswordInput):
        params["value"] = ""
        return _render("password-input", params | options)
    if isinstance(widget, forms.DateInput):
        return _date(params | options)
    params["type"] = getattr(widget, "input_type", "text")
    if isinstance(widget, forms.EmailInput):
        params |= {"autocomplete": "email", "spellcheck": False}
    return _render("input", params | options)


def form_fields(form: forms.BaseForm) -> Markup:
    """Render every field of ``form`` in its own order."""
    return Markup("\n").join(form_field(bound) for bound in form)


def error_summary(form: forms.BaseForm) -> Markup:
    """Render the summary of a form's errors, each linked to its field; nothing when there are none."""
    if not form.is_bound or not form.errors:
        return Markup("")
    listed = []
    for name, errors in form.errors.items():
        target = None if name == "__all__" else f"#{_target(form[name])}"
        listed += [{"text": str(error), **({"href": target} if target else {})} for error in errors]
    return _render("error-summary", {"titleText": "There is a problem", "errorList": listed})


def button(text: str, **options: Any) -> Markup:
    """Render a button; ``href=`` makes a link that looks like one."""
    return _render("button", {"text": text, "preventDoubleClick": "href" not in options} | options)


@lru_cache(maxsize=500)
def tag(text: str, colour: str = "") -> Markup:
    """Render a state as a tag; the words carry the meaning and the colour only helps the eye."""
    return _render("tag", {"text": text, "classes": f"govuk-tag--{colour}" if colour else ""})


def with_query(query: QueryDict, **changes: Any) -> str:
    """Return ``?`` and the address's query with ``changes`` made; a value of None takes a name away."""
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = str(value)
    return f"?{changed.urlencode()}" if changed else "?"


def pagination(page: Page[Any], query: QueryDict, name: str = "page") -> Markup:
    """Render the links between pages of a register, keeping its filters."""
    if not page.has_other_pages():
        return Markup("")
    params: dict[str, Any] = {"items": []}
    if page.has_previous():
        params["previous"] = {"href": with_query(query, **{name: page.previous_page_number()})}
    if page.has_next():
        params["next"] = {"href": with_query(query, **{name: page.next_page_number()})}
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            params["items"].append(
                {
                    "number": number,
                    "href": with_query(query, **{name: number}),
                    "current": number == page.number,
                }
            )
        else:
            params["items"].append({"ellipsis": True})
    return _render("pagination", params)


def _common(bound: BoundField, *, heading: bool) -> dict[str, Any]:
    label: dict[str, Any] = {"text": str(bound.label)}
    if heading:
        label |= {"isPageHeading": True, "classes": "govuk-label--l"}
    params: dict[str, Any] = {
        "id": bound.id_for_label or bound.auto_id,
        "name": bound.html_name,
        "label": label,
    }
    if bound.help_text:
        params["hint"] = {"text": str(bound.help_text)}
    if bound.errors:
        params["errorMessage"] = {"text": " ".join(str(error) for error in bound.errors)}
    given = {
        name: value
        for name, value in bound.field.widget.attrs.items()
        if name in {"autocomplete", "inputmode", "spellcheck"}
    }
    return params | given


def _legend(label: dict[str, Any]) -> dict[str, Any]:
    heading = label.get("isPageHeading", False)
    size = "govuk-fieldset__legend--l" if heading else "govuk-fieldset__legend--s"
    return {"text": label["text"], "isPageHeading": heading, "classes": size}


def _choices(bound: BoundField, *, chosen: str, empty: bool) -> list[dict[str, Any]]:
    value = bound.value()
    values = (
        {str(one) for one in value}
        if isinstance(value, list | tuple)
        else {"" if value is None else str(value)}
    )
    return [
        {"value": str(choice), "text": str(text), chosen: str(choice) in values}
        for choice, text in bound.field.choices  # type: ignore[attr-defined]  # only fields with choices come here
        if empty or str(choice) != ""
    ]


def _one_checkbox(bound: BoundField, params: dict[str, Any]) -> dict[str, Any]:
    hint = params.pop("hint", None)
    item = {"value": "on", "text": params.pop("label")["text"], "checked": bool(bound.value())}
    if hint:
        item["hint"] = hint
    params["idPrefix"] = params.pop("id")
    return params | {"items": [item]}


def _date(params: dict[str, Any]) -> Markup:
    """Render a day as MoJ's date picker: one box that also works as plain text without JavaScript."""
    value = params["value"]
    params["value"] = value if isinstance(value, str) else f"{value.day}/{value.month}/{value.year}"
    params |= {"classes": "moj-js-datepicker-input govuk-input--width-10", "autocomplete": "off"}
    params.setdefault("hint", {"text": "For example, 16/3/2026"})
    params["formGroup"] = {"classes": "moj-datepicker-group"}
    picker = Markup('<div class="moj-datepicker" data-module="moj-date-picker">{}</div>')
    return picker.format(_render("input", params))


def _target(bound: BoundField) -> str:
    """Return the id of the first thing that can be focused in a field, where an error's link should lead."""
    return bound.auto_id or bound.html_name
