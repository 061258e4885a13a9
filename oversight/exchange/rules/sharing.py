"""Reports and data shared before publication with named parties, until a day (G3, ¶29, ¶33)."""

from __future__ import annotations

import io
import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import pikepdf

from oversight.exchange.rules.items import Marking
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words

PDF: Final = "application/pdf"
#: Points from the edge of a page at which its marking stands, and the size of its letters.
_EDGE: Final = 14
_SMALL: Final = 7
_LARGE: Final = 34
#: The middle of a Helvetica letter is about half as wide as it is high.
_WIDTH: Final = 0.5


class Shared(StrEnum):
    """What is shared."""

    REPORT = "report"
    DATA = "data"


SHARED_WORDS: Final = {
    Shared.REPORT: "A report, published or not, as PDF",
    Shared.DATA: "Data under a data sharing agreement",
}


@dataclass(frozen=True)
class ShareTerms:
    """With whom something is shared, on what basis, until when.

    Args:
        what: What is shared.
        owner: Code of the party that shares.
        parties: Codes of the parties that it is shared with.
        purpose: What for.
        agreement: Reference of the data sharing agreement; may be empty for a report.
        until: Last day.
    """

    what: Shared
    owner: str
    parties: frozenset[str]
    purpose: str
    agreement: str
    until: date


def check_share(terms: ShareTerms, *, known: Collection[str], today: date) -> None:
    """Refuse a share with nobody, without purpose or agreement, or until a day that has passed.

    Args:
        terms: Its terms.
        known: Codes of the parties that it can be shared with.
        today: London date.

    Raises:
        Refused: ``field`` says what is wrong.
    """
    if not terms.parties or not terms.parties <= set(known) or terms.owner in terms.parties:
        raise _refused("share_parties", "A share names other parties.", "Choose at least one.", "parties")
    if not terms.purpose:
        raise _refused("share_purpose", "A share has a purpose.", "Enter what it is for.", "purpose")
    if terms.what is Shared.DATA and not terms.agreement:
        raise _refused(
            "share_agreement",
            "Data is shared under a data sharing agreement.",
            "Enter its reference or link.",
            "agreement",
        )
    if terms.until < today:
        raise _refused(
            "share_until", f"{day_in_words(terms.until)} has passed.", "Enter today or later.", "until"
        )


def check_report(name: str, media_type: str, content: bytes) -> None:
    """Refuse a report that cannot be marked: no PDF, locked, or damaged.

    Raises:
        Refused: Rule ``share_report``; field ``file``.
    """
    if media_type != PDF or not _pages(content):
        raise _refused(
            "share_report",
            f"“{name}” is not a PDF that can be opened and marked.",
            "Save the report as PDF, without a password, and choose that.",
            "file",
        )


def _pages(content: bytes) -> int:
    """Count the pages of a PDF; none when it does not open."""
    try:
        with pikepdf.open(io.BytesIO(content)) as file:
            return len(file.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return 0


def marking_lines(marking: Marking, *, owner: str, party: str, reader: str, moment: str) -> tuple[str, str]:
    """Give what is written across and along the edge of every page that someone is handed.

    Args:
        marking: How it is marked.
        owner: Name of the party that shares.
        party: Name of the party that it is shared with.
        reader: Name of who reads it.
        moment: When, in words.
    """
    return (
        f"{marking.words} · {party}",
        f"{marking.words}. Shared by {owner} with {party}. Handed to {reader}, {moment}. Do not pass on.",
    )


def stamped(content: bytes, *, across: str, along: str) -> bytes:
    """Give a PDF with words across every page and along its edges, over what it says.

    The words are marked as artefacts, so that who has the document read aloud is not told them on every page.

    Args:
        content: The PDF, as ``check_report`` let it in.
        across: Large and light, across the page.
        along: Small, along the top and the bottom.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        font = file.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
                Encoding=pikepdf.Name.WinAnsiEncoding,
            )
        )
        light = file.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, ca=0.18))
        for page in file.pages:
            face = page.add_resource(font, pikepdf.Name.Font)
            state = page.add_resource(light, pikepdf.Name.ExtGState)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(_words_over(page, str(face), str(state), across, along))
        file.save(out)
    return out.getvalue()


def _words_over(page: pikepdf.Page, face: str, state: str, across: str, along: str) -> bytes:
    left, low, right, high = (float(one) for one in page.cropbox)
    width, height = right - left, high - low
    size = min(_LARGE, 0.9 * math.hypot(width, height) / (_WIDTH * max(1, len(across))))
    small = min(_SMALL, (width - 2 * _EDGE) / (_WIDTH * max(1, len(along))))
    slope = math.atan2(height, width)
    half = _WIDTH * size * len(across) / 2
    x = left + width / 2 - half * math.cos(slope)
    y = low + height / 2 - half * math.sin(slope)
    turn = f"{math.cos(slope):.4f} {math.sin(slope):.4f} {-math.sin(slope):.4f} {math.cos(slope):.4f}"
    parts = [
        "\nQ /Artifact BMC q 0.3 g",
        f"q {state} gs BT {face} {size:.2f} Tf {turn} {x:.2f} {y:.2f} Tm {_literal(across)} Tj ET Q",
        *(
            f"BT {face} {small:.2f} Tf 1 0 0 1 {left + _EDGE:.2f} {edge:.2f} Tm {_literal(along)} Tj ET"
            for edge in (low + _EDGE / 2, high - _EDGE)
        ),
        "Q EMC\n",
    ]
    return "\n".join(parts).encode("ascii")


def _literal(text: str) -> str:
    """Give text as a string of a PDF, in the letters of Western Europe; others become question marks."""
    return f"<{text.encode('cp1252', 'replace').hex()}>"


def _refused(rule: str, why: str, what_next: str, field: str) -> Refused:
    return Refused(rule, why, what_next, paragraph="29", field=field)
