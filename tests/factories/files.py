"""Files of every kind that may be attached, made by the libraries that write them, for tests."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
from odfdo import Document
from PIL import Image

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
CSV = b"unit,cases\nEast Kent,30\n"


def docx_file(text="Staffing in the unit") -> bytes:
    made, document = io.BytesIO(), docx.Document()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


def xlsx_file(rows=(("unit", "cases"), ("East Kent", 30))) -> bytes:
    made, book = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def open_document(kind="text") -> bytes:
    made = io.BytesIO()
    Document(kind).save(made)
    return made.getvalue()


def picture(kind="PNG", size=(8, 8)) -> bytes:
    made = io.BytesIO()
    Image.new("1" if kind == "PNG" else "L", size).save(made, kind)
    return made.getvalue()


def every_kind() -> dict[str, bytes]:
    """A file of each kind, by the ending of its name."""
    return {
        "pdf": PDF,
        "docx": docx_file(),
        "xlsx": xlsx_file(),
        "odt": open_document(),
        "ods": open_document("spreadsheet"),
        "csv": CSV,
        "txt": "Größe\r\n".encode(),
        "png": picture(),
        "jpg": picture("JPEG"),
    }


def repacked(content: bytes, *, add=(), replace=None, leave_out=()) -> bytes:
    """Give an office document with parts added, replaced or left out."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w") as target:
        for part in given.infolist():
            if part.filename not in leave_out:
                held = (replace or {}).get(part.filename, given.read(part))
                target.writestr(part.filename, held, zipfile.ZIP_DEFLATED)
        for name, held in add:
            target.writestr(name, held, zipfile.ZIP_DEFLATED)
    return made.getvalue()
