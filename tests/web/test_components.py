"""The adapter from Django's forms to GOV.UK markup."""

import datetime as dt

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from oversight.web import components


class Everything(forms.Form):
    name = forms.CharField(label="Full name", help_text="As people know you", max_length=20)
    why = forms.CharField(label="Reason", widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="Kind", choices=[("core", "Core"), ("joint", "Joint")], widget=forms.RadioSelect
    )
    body = forms.ChoiceField(label="Body", choices=[("", "Choose one"), ("hmip", "HMIP")])
    parts = forms.MultipleChoiceField(
        label="Parts", choices=[("a", "First"), ("b", "Second")], widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="I am sure")
    on = forms.DateField(label="Day", widget=forms.DateInput)
    file = forms.FileField(label="File")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


def rendered(form):
    return HTMLParser(str(components.error_summary(form) + components.form_fields(form)))


def test_every_visible_field_has_a_label_or_legend():
    page = rendered(Everything())

    for node in page.css("input:not([type=hidden]), textarea, select"):
        assert page.css_first(f'label[for="{node.attributes["id"]}"]') is not None
    assert [legend.text(strip=True) for legend in page.css("legend")] == ["Kind", "Parts"]


def test_error_summary_links_to_something_that_is_there():
    page = rendered(Everything({"name": "x" * 21, "kind": "wrong"}))

    links = page.css(".govuk-error-summary a")
    assert len(links) == 9
    for link in links:
        assert page.css_first(link.attributes["href"].replace("#", "#")) is not None


def test_nothing_typed_is_lost_when_a_form_is_refused():
    page = rendered(
        Everything(
            {
                "name": "Ada",
                "why": "because <b>",
                "kind": "joint",
                "body": "hmip",
                "parts": ["b"],
                "on": "32/1/2026",
            }
        )
    )

    assert page.css_first("[name=name]").attributes["value"] == "Ada"
    assert page.css_first("[name=why]").text() == "because <b>"
    assert page.css_first("[name=kind][value=joint]").attributes.get("checked", "no") != "no"
    assert page.css_first("[name=kind][value=core]").attributes.get("checked", "no") == "no"
    assert page.css_first("option[value=hmip]").attributes.get("selected", "no") != "no"
    assert page.css_first("[name=parts][value=b]").attributes.get("checked", "no") != "no"
    assert page.css_first("[name=on]").attributes["value"] == "32/1/2026"


def test_a_password_is_never_sent_back():
    page = rendered(Everything({"secret": "correct horse"}))

    assert "correct horse" not in page.html


def test_hostile_text_is_shown_as_text():
    hostile = '"><script>alert(1)</script>'
    page = rendered(Everything({"name": hostile}))

    assert page.css_first("script") is None
    assert page.css_first("[name=name]").attributes["value"] == hostile


def test_a_day_is_shown_the_way_it_is_typed():
    page = rendered(Everything(initial={"on": dt.date(2026, 3, 16)}))

    assert page.css_first("[name=on]").attributes["value"] == "16/3/2026"


def test_with_query_changes_one_name_and_keeps_the_others():
    query = QueryDict("state=missed&page=3&state=late")

    assert components.with_query(query, page=4) == "?state=missed&state=late&page=4"
    assert components.with_query(query, page=None, state=None) == "?"


@pytest.mark.parametrize(("rows", "expected"), [(0, 0), (25, 0), (26, 1)])
def test_pagination_appears_only_when_there_is_another_page(rows, expected):
    page = Paginator(range(rows), 25).page(1)

    markup = HTMLParser(str(components.pagination(page, QueryDict("q=a"))))

    assert len(markup.css("nav")) == expected
    assert all("q=a" in link.attributes["href"] for link in markup.css("a"))
