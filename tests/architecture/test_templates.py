"""Templates: each is used, names only classes that exist, and obeys the content security policy."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import allauth
import pytest
from django.conf import settings

from tests.architecture.repository import PACKAGE, ROOT, shown, tracked

TEMPLATES = [path for path in tracked(".html", ".txt", ".xml") if "templates" in path.parts]
STATIC = PACKAGE / "web" / "static" / "oversight"
#: Pages that allauth asks for by a name it puts together: too many tries.
NAMED_BY_ALLAUTH = {"429.html"}
#: Something a browser would run or apply on the spot, which the policy forbids.
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)


def name_of(path: Path) -> str:
    return str(path.relative_to(next(parent for parent in path.parents if parent.name == "templates")))


@cache
def mentioned() -> str:
    sources = [path for path in tracked(".py") if path.is_relative_to(PACKAGE)]
    return "\n".join(path.read_text() for path in [*sources, *TEMPLATES])


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_every_template_is_used(path):
    name = name_of(path)
    replaces_allauths = (Path(allauth.__file__).parent / "templates" / name).exists()
    stem = name.removesuffix(path.suffix)

    assert (
        replaces_allauths
        or name in NAMED_BY_ALLAUTH
        or re.search(rf"""["']{re.escape(stem)}({re.escape(path.suffix)})?["']""", mentioned())
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_no_template_holds_script_or_style(path):
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="x">',
        "<style>",
        '<a onclick="x">',
        '<a href="javascript:x">',
        "<script>x</script>",
        "<script defer>",
    ],
)
def test_script_or_style_on_the_spot_is_found(markup):
    assert INLINE.search(markup)


@pytest.mark.parametrize(
    "markup", ['<script src="/x.js" type="module"></script>', '<p class="style">on=1</p>']
)
def test_what_the_policy_allows_is_allowed(markup):
    assert not INLINE.search(markup)


@cache
def known_classes() -> frozenset[str]:
    css = (STATIC / "application.css").read_text()
    names = re.findall(r"\.(-?[A-Za-z_][\w-]*(?:\\[^\w][\w-]*)*)", css)
    return frozenset(name.replace("\\", "") for name in names)


#: Classes that mark an element for scripts or for a macro and have no look of their own.
WITHOUT_LOOK = {
    "govuk-table__head",
    "govuk-table__body",
    "govuk-table__row",
    "govuk-template__header",
    "govuk-template__footer",
    "govuk-radios",
    "moj-timeline__header",
}


def unknown_classes(markup: str) -> set[str]:
    """Classes written out in markup that the style sheet does not know."""
    markup = re.sub(r"\{[%#].*?[%#]\}", " ", markup, flags=re.DOTALL)
    written: set[str] = set()
    for value in re.findall(r"""\bclass(?:es)?["']?\s*[=:]\s*"([^"]*)\"""", markup):
        # A class that an expression completes is not known here.
        written |= {part for part in re.sub(r"\S*\{\{.*?\}\}\S*", " ", value).split() if "{" not in part}
    ours = {name for name in written if re.match(r"(govuk|moj|app)-", name)}
    return {name for name in ours - known_classes() if name not in WITHOUT_LOOK}


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_every_class_is_in_the_style_sheet(path):
    assert unknown_classes(path.read_text()) == set()


def test_a_class_that_nothing_styles_is_found():
    markup = (
        '<p class="govuk-body app-nowhere {{ x }} app-{{ kind }}"><i class="b">{{ m({"classes": "moj-no"}) }}'
    )

    assert unknown_classes(markup) == {"app-nowhere", "moj-no"}


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_every_macro_has_its_part_of_the_style_sheet(path):
    imported = set(re.findall(r"components/([\w-]+)/macro", path.read_text()))
    styles = (ROOT / "assets" / "application.scss").read_text()

    assert {name for name in imported if f'/components/{name}"' not in styles} == set()


def test_the_content_security_policy_lets_nothing_run_on_the_spot():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    values = [value for listed in directives.values() for value in listed]

    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == directives["style-src"] == ["'self'"]
    assert [value for value in values if "unsafe" in value or "*" in value or value.startswith("http")] == []


def test_no_settings_or_view_loosens_the_policy():
    loosened = re.compile("unsafe-inline|unsafe-eval|csp_(?:exempt|update|replace)")
    sources = [
        path
        for path in tracked(".py")
        if path.is_relative_to(PACKAGE) or path.is_relative_to(ROOT / "config")
    ]

    assert [shown(path) for path in sources if loosened.search(path.read_text())] == []
