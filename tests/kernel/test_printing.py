"""HTML to a PDF that can be read aloud: tags, language, title, headers of tables (ISO 14289-1)."""

from __future__ import annotations

import io

import pikepdf
import pytest

from oversight.kernel.printing import STEPS, tagged_pdf

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>A report</title></head><body><h1>A report</h1>
<p>Some words.</p><ul><li>One</li></ul>
<table><caption>Ratings</caption>
<thead><tr><th scope="col">Standard</th><th scope="col">Rating</th></tr></thead>
<tbody><tr><th scope="row">Leadership</th><td>Good</td></tr></tbody></table>{}</body></html>"""


def tags(content: bytes) -> list[tuple[str, str]]:
    """Every tag of a file in order, with the direction in which a header cell looks."""
    found = []

    def walk(element):
        if not isinstance(element, pikepdf.Dictionary):
            return
        if "/S" in element and element.get("/Type") == "/StructElem":
            attributes = element.get("/A", {})
            found.append((str(element.S)[1:], str(attributes.get("/Scope", ""))[1:]))
        children = element.get("/K", [])
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            walk(child)

    with pikepdf.open(io.BytesIO(content)) as file:
        walk(file.Root.StructTreeRoot)
    return found


def test_a_page_becomes_a_tagged_file_with_language_and_title():
    content = tagged_pdf(PAGE.format(""), style="")

    found = tags(content)
    assert {"H1", "P", "L", "LI", "Table", "Caption", "TH", "TD"} <= {name for name, _ in found}
    with pikepdf.open(io.BytesIO(content)) as file:
        assert file.Root.Lang == "en-GB"
        assert file.Root.MarkInfo.Marked
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert file.docinfo["/Title"] == "A report"
        assert "pdfuaid" in bytes(file.Root.Metadata.read_bytes()).decode()


def test_every_header_cell_says_which_way_it_looks():
    headers = [scope for name, scope in tags(tagged_pdf(PAGE.format(""), style="")) if name == "TH"]

    assert headers == ["Column", "Column", "Row"]


def test_the_same_page_gives_the_same_bytes():
    assert tagged_pdf(PAGE.format(""), style="") == tagged_pdf(PAGE.format(""), style="")


def test_each_page_laid_out_is_told():
    told = []

    tagged_pdf(
        PAGE.format('<p style="break-before: page">More</p>'), style="", tell=lambda *one: told.append(one)
    )

    assert (5, "laying out page 2") in told
    assert told[-1] == (STEPS, "naming the headers of tables")
    assert [step for step, _ in told] == sorted(step for step, _ in told)


@pytest.mark.parametrize("missing", ['lang="en-GB"', "<title>A report</title>"])
def test_a_page_without_language_or_title_is_refused(missing):
    with pytest.raises(ValueError, match="language and a title"):
        tagged_pdf(PAGE.format("").replace(missing, ""), style="")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x.png", "file:///etc/hostname", "https://example.org/x.png"]
)
def test_nothing_is_fetched_from_outside(address, caplog):
    content = tagged_pdf(PAGE.format(f'<img src="{address}" alt="Something">'), style="")

    assert "Something" in caplog.text or address in caplog.text
    assert b"/Subtype /Image" not in content
