"""Files are what their names say, measure what they may, and run nothing (D5, D6)."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import struct
import zipfile

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFile

from oversight.exchange.rules.files import (
    LONGEST_NAME,
    MEGABYTE,
    check_size,
    checked,
    file_rules,
    read_file_rules,
    safe_name,
    size_in_words,
)
from oversight.kernel.data_files import read_yaml
from oversight.kernel.refusals import Refused
from tests.factories.files import (
    PDF,
    docx_file,
    every_kind,
    open_document,
    picture,
    repacked,
    xlsx_file,
)

KINDS = every_kind()
TYPES = "[Content_Types].xml"


def refusal(name: str, content: bytes, rules=None) -> str:
    with pytest.raises(Refused) as refused:
        checked(name, content, rules)
    assert refused.value.field == "file"
    return refused.value.rule


def judged(name: str, content: bytes) -> str:
    try:
        assert checked(name, content).content == content
    except Refused as refused:
        return refused.rule
    return "taken"


def with_figure(name: str, figure: int):
    held = getattr(file_rules(), name)
    return dataclasses.replace(file_rules(), **{name: dataclasses.replace(held, figure=figure)})


def test_a_file_of_every_kind_is_taken_unchanged_with_its_digest():
    assert set(KINDS) == set(file_rules().kinds)
    for ending, content in KINDS.items():
        found = checked(f"Staffing.{ending.upper()}", content)

        assert (found.name, found.kind.id, found.content) == (f"Staffing.{ending}", ending, content)
        assert found.digest == hashlib.sha256(content).hexdigest()
        assert found.size == len(content)


def test_no_kind_passes_under_the_name_of_another():
    text_like = {"csv", "txt"}
    for ending, content in KINDS.items():
        for other in KINDS:
            if other != ending and not {ending, other} <= text_like:
                assert refusal(f"a.{other}", content) == "file_content", (ending, other)


@pytest.mark.parametrize("name", ["a.exe", "a.docm", "a", ".docx.html", "a.pdf.svg", "pdf", "a.", ""])
def test_other_kinds_are_refused_by_name(name):
    assert refusal(name, PDF) == "file_kind"


def test_the_other_ending_of_a_kind_stands_for_it():
    assert checked("scan.JPEG", KINDS["jpg"]).name == "scan.jpg"


def test_an_empty_file_and_one_byte_too_many_are_refused():
    largest = with_figure("largest_megabytes", 1)
    assert refusal("a.txt", b"") == "file_size"
    assert checked("a.txt", b"a" * MEGABYTE, largest).size == MEGABYTE
    assert refusal("a.txt", b"a" * (MEGABYTE + 1), largest) == "file_size"
    check_size(MEGABYTE, largest)
    with pytest.raises(Refused):
        check_size(MEGABYTE + 1, largest)


@pytest.mark.parametrize(
    ("path", "made", "name"),
    [
        ("word/vbaProject.bin", docx_file, "a.docx"),
        ("xl/macrosheets/sheet1.xml", xlsx_file, "a.xlsx"),
        ("word/embeddings/inside.DOCM", docx_file, "a.docx"),
        ("word\\activeX\\activeX1.xml", docx_file, "a.docx"),
        ("Basic/Standard/Module1.xml", open_document, "a.odt"),
        ("Scripts/python/run.py", open_document, "a.odt"),
    ],
)
def test_what_can_run_is_refused(path, made, name):
    assert refusal(name, repacked(made(), add=[(path, b"x")])) == "file_runs"


def test_a_part_whose_name_only_resembles_one_that_runs_is_taken():
    assert checked("a.docx", repacked(docx_file(), add=[("word/vbaProject.binary", b"x")]))
    assert checked("a.odt", repacked(open_document(), add=[("Descripts/x.xml", b"x")]))


def test_a_document_with_macros_under_a_plain_name_is_refused():
    with zipfile.ZipFile(io.BytesIO(docx_file())) as given:
        types = given.read(TYPES)
    macro = types.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert refusal("a.docx", repacked(docx_file(), replace={TYPES: macro})) == "file_runs"


def test_what_grows_when_opened_is_refused():
    small = with_figure("opened_megabytes", 2)
    inside = repacked(docx_file(), add=[("word/media/a.txt", b"0" * 400_000)])
    bomb = repacked(docx_file(), add=[("word/media/a.txt", b"0" * 2_100_000)])
    assert checked("a.docx", inside, small)
    assert len(bomb) < 60_000
    assert refusal("a.docx", bomb, small) == "file_grows"
    many = repacked(docx_file(), add=[(f"x/{n}.txt", b"") for n in range(12)])
    assert refusal("a.docx", many, with_figure("most_parts", 20)) == "file_grows"


def test_a_part_that_lies_about_its_size_is_found():
    bomb = bytearray(repacked(docx_file(), add=[("z.txt", b"0" * 500_000)]))
    place = bomb.rfind(b"PK\x01\x02")
    struct.pack_into("<L", bomb, place + 24, 10)

    assert refusal("a.docx", bytes(bomb)) == "file_content"


def test_names_defined_inside_xml_are_refused():
    entities = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert refusal("a.docx", repacked(docx_file(), add=[("word/x.xml", entities)])) == "file_grows"


def test_a_locked_document_is_refused():
    locked = bytearray(docx_file())
    place = locked.find(b"PK\x01\x02")
    locked[place + 8] |= 1
    assert refusal("a.docx", bytes(locked)) == "file_content"


def test_paths_that_leave_the_document_are_refused():
    for path in ("../../a.xml", "/etc/a.xml", "C:/a.xml"):
        assert refusal("a.docx", repacked(docx_file(), add=[(path, b"x")])) == "file_content"


def test_a_document_without_its_main_part_is_refused():
    assert refusal("a.docx", repacked(docx_file(), leave_out=[TYPES])) == "file_content"
    assert refusal("a.odt", repacked(open_document(), leave_out=["mimetype"])) == "file_content"
    assert refusal("a.docx", repacked(docx_file(), replace={TYPES: b"<Types"})) == "file_content"


def test_a_picture_of_too_many_points_is_refused_without_drawing_it():
    one = with_figure("most_megapixels", 1)
    assert checked("a.png", picture(size=(1000, 1000)), one)
    assert refusal("a.png", picture(size=(1001, 1000)), one) == "file_grows"


def test_text_in_another_encoding_or_with_control_characters_is_refused():
    assert refusal("a.txt", "Größe".encode("latin-1")) == "file_content"
    assert refusal("a.csv", b"a\0b") == "file_content"
    assert refusal("a.csv", b'a,"b') == "file_content"
    assert checked("a.csv", "\ufeffa;b\r\n".encode())


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=400))
def test_no_content_breaks_the_judgement(ending, content):
    assert judged(f"a.{ending}", content) in {"taken", "file_size", "file_content"}


@given(st.sampled_from(["docx", "ods", "png", "jpg"]), st.data())
def test_a_damaged_file_is_refused_or_taken_and_nothing_else(ending, data):
    content = bytearray(KINDS[ending])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert judged(f"a.{ending}", bytes(content)) in {"taken", "file_content", "file_grows", "file_runs"}


def test_a_picture_without_its_points_is_refused_also_where_pictures_cut_short_are_taken(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)

    assert refusal("a.png", KINDS["png"].replace(b"IDAT", b"iDAT")) == "file_content"


@given(st.text(max_size=300), st.sampled_from(sorted(KINDS)))
def test_a_safe_name_is_one_plain_name_of_its_kind(name, ending):
    kind = file_rules().kinds[ending]
    safe = safe_name(name, kind)

    assert safe.endswith(f".{ending}")
    assert len(safe) <= LONGEST_NAME
    assert safe.isprintable()
    assert not set(safe) & set('/\\:*?"<>|;%\u202e')
    assert not safe.startswith((".", " "))
    assert safe_name(safe, kind) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("papers\\2026\\Staffing, May.pdf", "Staffing, May.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ('x";filename=evil.pdf', "x_filename_evil.pdf"),
        ("nul.pdf", "file_nul.pdf"),
        ("\u202efdp.exe.pdf", "fdp_exe.pdf"),
        ("Größe (1).pdf", "Größe (1).pdf"),
        (".pdf", "file.pdf"),
    ],
)
def test_names_that_deceive_are_made_plain(name, safe):
    assert safe_name(name, file_rules().kinds["pdf"]) == safe


def test_sizes_are_said_as_people_say_them():
    assert [size_in_words(one) for one in (1, 1023, 1024, 1048575, 1048576, 3_500_000)] == [
        "1 byte",
        "1,023 bytes",
        "1 KB",
        "1023 KB",
        "1.0 MB",
        "3.3 MB",
    ]


def test_every_figure_is_labelled_as_our_own():
    rules = file_rules()
    for figure in (
        rules.largest_megabytes,
        rules.opened_megabytes,
        rules.most_parts,
        rules.most_megapixels,
    ):
        assert figure.default
        assert figure.note


@pytest.mark.parametrize(
    "change",
    [
        {"pdf": {"title": "A", "media_type": "a/b", "check": "pdf", "also": ["txt"]}},
        {"pdf": {"title": "A", "media_type": "a/b", "check": "ooxml"}},
        {"pdf": {"title": "A", "media_type": "a/b", "check": "pdf", "main": "a/b"}},
    ],
)
def test_rules_that_contradict_themselves_are_refused_by_line(change):
    figure = {"figure": 1, "default": True, "note": "Ours"}
    data = dict.fromkeys(("largest_megabytes", "opened_megabytes", "most_parts", "most_megapixels"), figure)
    data |= {
        "kinds": {"txt": {"title": "T", "media_type": "text/plain", "check": "text"}} | change,
        "running_parts": [{"ends": ".exe", "what": "a program"}],
    }
    with pytest.raises(Refused, match="line"):
        read_file_rules(read_yaml(yaml.safe_dump(data), "files.yaml"))
