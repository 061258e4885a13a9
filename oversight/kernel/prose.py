"""Text that people write in Markdown, as clean HTML that can stand in a page.

Markdown is read as CommonMark with tables; raw HTML and pictures are not read, and what is made of the rest
is cleaned by nh3.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: A heading typed with one ``#`` comes third: after the page's and the section's own.
_HEADING_SHIFT: Final = 2
_LOWEST_HEADING: Final = 6
_CLASSES: Final = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "blockquote_open": "govuk-inset-text",
    "table_open": "govuk-table",
    "tr_open": "govuk-table__row",
    "th_open": "govuk-table__header",
    "td_open": "govuk-table__cell",
    "link_open": "govuk-link",
}
_HEADINGS: Final = {3: "govuk-heading-m", 4: "govuk-heading-s", 5: "govuk-heading-s", 6: "govuk-heading-s"}
_TAGS: Final = {
    *("p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "table", "caption", "thead", "tbody"),
    *("tr", "th", "td", "a", "strong", "em", "s", "code", "pre", "br", "hr", "span"),
}
_ATTRIBUTES: Final = {
    "*": {"class"},
    "a": {"href", "title", "class"},
    "ol": {"start", "class"},
    "th": {"scope", "class"},
}


def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return made.disable(["image", "html_block", "html_inline"])


#: Reads Markdown; every user reads the same.
PARSER: Final = _parser()


def clean(html: str) -> str:
    """Leave of ``html`` only what a text may hold: no script, style, picture or address that runs."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def dress(tokens: Iterable[Token]) -> None:
    """Give every element its look, move headings down, and make heading cells of tables say so."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = min(int(token.tag[1]) + _HEADING_SHIFT, _LOWEST_HEADING)
            token.tag = f"h{level}"
            if token.nesting == 1:
                token.attrSet("class", _HEADINGS[level])
        elif token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type in {"th_open", "td_open"} and "style" in token.attrs:
            del token.attrs["style"]
        if token.children:
            dress(token.children)


def html_of(markdown: str) -> str:
    """Give a text as clean HTML with headings from the third level down."""
    tokens = PARSER.parse(markdown)
    dress(tokens)
    return clean(PARSER.renderer.render(tokens, PARSER.options, {})).strip()
