"""The log as documents, points from a file: all or none, and nothing beyond what each may see (D6, ¶22)."""

from __future__ import annotations

import csv
import io

import docx
import openpyxl
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from odfdo import Document

from oversight.inspections.actions.accuracy_files import import_points
from oversight.inspections.models import AccuracyPoint
from oversight.inspections.queries.accuracy_files import points_in_file, to_fill_in
from oversight.inspections.rules.accuracy_documents import (
    HEADINGS,
    LogDocument,
    open_document_file,
    word_file,
)
from oversight.inspections.rules.accuracy_files import (
    COLUMNS,
    KIND,
    NOTES,
    SHOULD,
    THEN,
    WHY,
    rows_to_fill,
    sheet_columns,
)
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import KINDS, write_sheet
from oversight.ledger.models import Entry
from tests.arrangements.pages import faults, page, read, rows, said, stand_on
from tests.factories import accuracy as make
from tests.factories.parties import acting_as, sign_in, sign_in_as

pytestmark = pytest.mark.usefixtures("memorandum")
FACT = {KIND: "Fact that is wrong", SHOULD: "It has 14.", WHY: "See the rota.", THEN: "yes"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-05-05")


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def osag(memorandum):
    return acting_as("osag_coordinator")


@pytest.fixture
def head(client, memorandum):
    return sign_in(client, "head_of_pdu", "N57EKNT")


@pytest.fixture
def found(lead, osag, head):
    return make.commissioned(lead, osag, (head.party,))


def at(found, rest: str) -> str:
    return f"/inspections/{found.reference}/accuracy/{rest}"


def filled(found, head, kind="xlsx", **by_row) -> bytes:
    """The file to fill in, with what somebody wrote: values by column, by number of the passage (``p1``)."""
    held = to_fill_in(actor=head, reference=found.reference)
    made = []
    for number, row in enumerate(rows_to_fill(held.passages), start=1):
        cells = dict(zip(COLUMNS, row, strict=True)) | by_row.get(f"p{number}", {})
        made.append([cells[name] for name in COLUMNS])
    return write_sheet(kind, "Points", sheet_columns(held.standards), made, NOTES)


def send(client, found, content, name="points.xlsx"):
    return client.post(at(found, "import"), {"file": SimpleUploadedFile(name, content)})


def token(tree) -> str:
    return tree.css_first('input[name="read"]').attributes["value"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_downloaded_filled_in_looked_at_and_taken(client, found, head, kind):
    offered = page(client, at(found, "import")).css_first(f'a[href="{at(found, f"fill-in.{kind}")}"]')
    assert offered
    blank = client.get(at(found, f"fill-in.{kind}"))
    assert blank["X-Content-Type-Options"] == "nosniff"
    assert blank["Content-Disposition"].startswith("attachment")
    assert "says nothing about any passage" in said(
        read(send(client, found, blank.content, f"a.{kind}"), 422)
    )
    content = filled(found, head, kind, p1=FACT, p2={KIND: "typing", SHOULD: "=1+1"})

    shown = read(send(client, found, content, f"a.{kind}"))

    assert "2 points in the file" in said(shown)
    assert not AccuracyPoint.objects.exists()
    assert client.post(at(found, "import"), {"read": token(shown)}).status_code == 302
    one, two = AccuracyPoint.objects.order_by("number")
    assert (one.anchor, one.proposed, one.at_inspection, one.state) == (
        "foreword-p1",
        "It has 14.",
        True,
        "written",
    )
    assert two.proposed == "=1+1"
    imported = Entry.objects.get(verb="accuracy.points-imported")
    assert "digest" in imported.payload
    again = read(client.post(at(found, "import"), {"read": token(shown)}), 409)
    assert "says the same as line" in faults(again)[0]
    assert AccuracyPoint.objects.count() == 2


def test_a_file_with_faults_is_taken_not_even_in_part_and_every_fault_is_told(client, found, head):
    content = filled(found, head, p1=FACT, p2={KIND: "wrong"}, p3={KIND: "typing"})

    tree = read(send(client, found, content), 422)

    assert [row[:2] for row in rows(tree)] == [["3", KIND], ["4", SHOULD]]
    assert not tree.css_first('input[name="read"]')
    assert not AccuracyPoint.objects.exists()


def test_what_is_no_spreadsheet_is_refused_beside_the_field(client, found):
    for name, content in (("a.pdf", b"%PDF-1.7 %%EOF"), ("a.xlsx", b"PK nothing"), ("a.csv", b"a,b\n1,2\n")):
        tree = read(send(client, found, content, name), 409)
        assert tree.css_first("#id_file-error"), name
    assert faults(read(client.post(at(found, "import"), {}), 422)) == ["Choose a file."]


def test_what_was_shown_to_one_is_not_taken_by_another_nor_when_it_was_altered(client, found, head, osag):
    shown = token(read(send(client, found, filled(found, head, p1=FACT))))
    for handed in (shown[:-1] + ("A" if shown[-1] != "A" else "B"), "nonsense"):
        assert (
            "Choose the file again"
            in faults(read(client.post(at(found, "import"), {"read": handed}), 409))[0]
        )
    sign_in(client, "head_of_pdu", "N57EKNT", name="Somebody else")
    assert "Choose the file again" in faults(read(client.post(at(found, "import"), {"read": shown}), 409))[0]
    assert not AccuracyPoint.objects.exists()


def test_when_one_point_is_refused_none_is_written(found, head, osag):
    content = filled(found, head, p1=FACT, p2=FACT | {SHOULD: "They do."})
    file, digest = points_in_file(actor=head, reference=found.reference, name="a.xlsx", content=content)
    wrong = file.points[1].__class__(9, 77, "", file.points[1].remark)

    with pytest.raises(Refused):
        import_points(
            by=head,
            at=make.SENT_AT,
            reference=found.reference,
            points=[file.points[0], wrong],
            file_name="a.xlsx",
            digest=digest,
        )

    assert not AccuracyPoint.objects.exists()


def test_nothing_is_taken_once_it_is_handed_in(client, found, head):
    shown = token(read(send(client, found, filled(found, head, p1=FACT))))
    make.hand_in(found, head, nil=True)

    answer = client.post(at(found, "import"), {"read": shown})

    assert "answered already" in said(read(answer, 409))
    assert "cannot add points now" in said(page(client, at(found, "import")))


def test_only_who_sees_the_check_takes_its_files_away(client, found, head):
    make.say(found, head)
    for role, party, status in (
        ("head_of_pdu", "N57SUR", 404),
        ("regional_probation_director", "N56", 404),
        ("hmip_lead_inspector", "", 200),
        ("sponsorship_officer", "", 403),
    ):
        sign_in(client, role, party)
        for rest in ("log.docx", "fill-in.csv"):
            assert client.get(at(found, rest)).status_code == status, (role, rest)
        assert client.get(at(found, "import")).status_code in {403, 404}, role


def texts(kind: str, content: bytes) -> list[list[str]]:
    """Cells of every table of a document, rows below the heading."""
    if kind == "docx":
        tables = docx.Document(io.BytesIO(content)).tables
        return [[cell.text for cell in row.cells] for table in tables for row in table.rows[1:]]
    body = Document(io.BytesIO(content)).body
    lines = [
        row for table in body.get_elements("//table:table") for row in table.get_elements("table:table-row")
    ]
    return [
        ["\n".join(part.text_recursive for part in cell.get_elements("text:p")) for cell in row.traverse()]
        for row in lines
    ]


def test_the_log_is_taken_away_as_documents_with_its_numbers_and_decisions(client, lead, osag, head):
    found = make.returned(lead, osag, head, 2)
    make.decide(found, make.decider(), 1, decision="not_accepted", reason="The rota is newer.")

    for kind in ("docx", "odt"):
        answer = client.get(at(found, f"log.{kind}"))
        held = texts(kind, answer.content)
        assert [row[0].split("\n")[0] for row in held] == ["Point 1", "Point 2"]
        assert held[0][1:3] == ["The unit has 12 staff.", "It has 14."]
        assert "The rota is newer." in held[0][4]
        assert answer["Content-Disposition"].endswith(f'2026-05-05.{kind}"')
    made = client.get(at(found, "log.pdf")).content
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()
    assert client.get(at(found, "log.exe")).status_code == 404


def _membership(actor):
    from oversight.parties.models import Membership
    from oversight.parties.queries import membership_facts

    return membership_facts(Membership.objects.select_related("party", "person").get(pk=actor.membership))


def test_documents_have_title_language_headings_header_rows_and_no_point_that_is_not_handed_in(
    client, found, head, osag
):
    make.say(found, head)
    word = docx.Document(io.BytesIO(client.get(at(found, "log.docx")).content))
    assert word.core_properties.title.startswith("Accuracy check log")
    assert word.core_properties.language == "en-GB"
    styles = [one.style.name for one in word.paragraphs if one.style.name.startswith("Heading")]
    assert styles == ["Heading 1", "Heading 2"]
    header, *points = word.tables[0].rows
    assert tuple(cell.text for cell in header.cells) == HEADINGS
    assert "tblHeader" in header._tr.xml
    assert len(points) == 1

    text = Document(io.BytesIO(client.get(at(found, "log.odt")).content))
    assert text.meta.language == "en-GB"
    levels = [one.get_attribute("text:outline-level") for one in text.body.get_elements("//text:h")]
    assert levels == ["1", "2"]
    assert len(text.body.get_elements("//table:table-header-rows/table:table-row")) == 1

    sign_in_as(client, _membership(osag))
    assert texts("docx", client.get(at(found, "log.docx")).content) == []


def test_an_empty_log_says_so_in_every_document():
    log = LogDocument("Log", (("Inspection", "x"),), (), "There are no points.")
    assert "There are no points." in [
        one.text for one in docx.Document(io.BytesIO(word_file(log))).paragraphs
    ]
    assert "There are no points." in Document(io.BytesIO(open_document_file(log))).body.text_recursive


def test_the_workbook_offers_choices_and_explains_itself(client, found):
    book = openpyxl.load_workbook(io.BytesIO(client.get(at(found, "fill-in.xlsx")).content))
    assert book.sheetnames == ["Points", "How to fill it in"]
    assert len(book["Points"].data_validations.dataValidation) >= 2
    assert book["Points"].freeze_panes == "A2"
    text = client.get(at(found, "fill-in.csv")).content.decode("utf-8-sig")
    assert tuple(next(csv.reader(io.StringIO(text)))) == COLUMNS
