"""Files that are kept: which kinds, how large, that each is what its name says and stays what it was (G5).

Kinds and figures are data: ``data/files.yaml``. A file is judged by its content and never opened further than
the judgement needs: an office document is unpacked to nowhere, part by part, and a picture is not drawn.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final
from xml.etree import ElementTree as ET
from zlib import error as ZlibError  # noqa: N812 - the library names it in small letters

import yaml
from PIL import Image, UnidentifiedImageError

from oversight.kernel.data_files import DataFile, LabelledFigure, read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, join_in_words

LONGEST_NAME: Final = 120
MEGABYTE: Final = 1024 * 1024
_DATA = files("oversight.exchange").joinpath("data")
_PIECE: Final = 64 * 1024
#: Where a part says that it defines names of its own, which is how small XML grows without end.
_ENTITY: Final = b"<!ENTITY"
_CONTENT_TYPES: Final = "[Content_Types].xml"
#: Names that Windows takes for devices. https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_SIGNED: Final = {"png": "PNG", "jpg": "JPEG"}


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Args:
        id: How its name ends, without the dot.
        title: What people call it.
        media_type: Media type under which it is handed out.
        check: How its content is judged: ``pdf``, ``ooxml``, ``odf``, ``text`` or ``picture``.
        main: For ``ooxml``, the content type that its main part must have.
        also: Other endings of the name that stand for it.
    """

    id: str
    title: str
    media_type: str
    check: str
    main: str
    also: tuple[str, ...]


@dataclass(frozen=True)
class RunningPart:
    """A part of an office document that can run, by its path in small letters.

    Args:
        ends: How the path ends; empty when ``contains`` says it.
        contains: What the path contains.
        what: What it is, in words.
    """

    ends: str
    contains: str
    what: str

    def is_at(self, path: str) -> bool:
        """Tell whether a path is that of such a part."""
        low = path.lower().replace("\\", "/")
        if self.ends:
            return low.endswith(self.ends)
        return low.startswith(self.contains) or f"/{self.contains}" in low


@dataclass(frozen=True)
class FileRules:
    """What may be attached.

    Args:
        largest_megabytes: Most that a file may measure.
        opened_megabytes: Most that it may measure once opened.
        most_parts: Most parts of an office document.
        most_megapixels: Most million points of a picture.
        kinds: Kinds by ``Kind.id``, in the order in which a page names them.
        running_parts: Parts that make an office document refused.
    """

    largest_megabytes: LabelledFigure
    opened_megabytes: LabelledFigure
    most_parts: LabelledFigure
    most_megapixels: LabelledFigure
    kinds: Mapping[str, Kind]
    running_parts: tuple[RunningPart, ...]

    @property
    def largest(self) -> int:
        """Most bytes of a file."""
        return self.largest_megabytes.figure * MEGABYTE

    def kind_of(self, name: str) -> Kind | None:
        """Give the kind that a name says; None when that is none of those allowed."""
        ending = name.rpartition(".")[2].lower() if "." in name else ""
        return next((kind for kind in self.kinds.values() if ending in {kind.id, *kind.also}), None)

    @property
    def in_words(self) -> str:
        """What may be attached, for the hint of a form."""
        return self.words_for(tuple(self.kinds))

    def words_for(self, kinds: Collection[str]) -> str:
        """Say which kinds may be chosen, and how large a file may be."""
        listed = join_in_words([self.kinds[kind].title for kind in kinds], "or")
        return f"{listed}, up to {self.largest_megabytes.figure} megabytes."


@dataclass(frozen=True)
class CheckedFile:
    """A file that was judged.

    Args:
        name: Safe name, ending as its kind does.
        kind: Its kind.
        size: Bytes.
        digest: SHA-256 of the content, as hexadecimal text.
        content: The content, unchanged.
    """

    name: str
    kind: Kind
    size: int
    digest: str
    content: bytes


@cache
def file_rules() -> FileRules:
    """Give the rules that the service ships."""
    schema = yaml.safe_load(_DATA.joinpath("files-schema.yaml").read_text(encoding="utf-8"))
    text = _DATA.joinpath("files.yaml").read_text(encoding="utf-8")
    return read_file_rules(read_yaml(text, "files.yaml", schema))


def read_file_rules(file: DataFile) -> FileRules:
    """Read the rules.

    Raises:
        Refused: Two kinds claim the same ending, or a kind of the family ``ooxml`` lacks its main part.
    """
    data = file.data
    kinds: dict[str, Kind] = {}
    taken: set[str] = set()
    for name, one in data["kinds"].items():
        endings = {name, *one.get("also", ())}
        if taken & endings:
            raise file.refused(("kinds", name), "another kind has this ending.", "Keep one of them.")
        if (one["check"] == "ooxml") != ("main" in one):
            raise file.refused(
                ("kinds", name), "“main” belongs to kinds checked as ooxml, and to each.", "Add or remove it."
            )
        taken |= endings
        kinds[name] = Kind(
            name,
            one["title"],
            one["media_type"],
            one["check"],
            one.get("main", ""),
            tuple(one.get("also", ())),
        )
    largest, opened, parts, points = (
        LabelledFigure(data[name]["figure"], data[name]["default"], data[name]["note"])
        for name in ("largest_megabytes", "opened_megabytes", "most_parts", "most_megapixels")
    )
    running = tuple(
        RunningPart(one.get("ends", ""), one.get("contains", ""), one["what"])
        for one in data["running_parts"]
    )
    return FileRules(largest, opened, parts, points, kinds, running)


def digest_of(content: bytes) -> str:
    """Give the SHA-256 of content, as hexadecimal text: the key under which it is kept."""
    return hashlib.sha256(content).hexdigest()


def check_intact(name: str, content: bytes, *, digest: str, size: int) -> None:
    """Refuse content that is no longer what was kept, be it by one byte.

    Args:
        name: Name of the file, for the message.
        content: As it is read now.
        digest: SHA-256 of what was kept.
        size: Bytes of what was kept.

    Raises:
        Refused: Rule ``file_changed``.
    """
    if len(content) != size or digest_of(content) != digest:
        raise Refused(
            "file_changed",
            f"“{name}” is not as it was kept, so it is not handed out.",
            "Tell those who run the service: they can bring it back from a backup.",
            who_can="those who run the service",
        )


def check_kept(name: str, *, gone: bool) -> None:
    """Refuse a file whose content was disposed of.

    Raises:
        Refused: Rule ``file_disposed``.
    """
    if gone:
        raise Refused(
            "file_disposed",
            f"“{name}” was disposed of when its time was up. What it was and when it went stay recorded.",
            "Ask its owner whether there is another copy.",
        )


def size_in_words(size: int) -> str:
    """Give ``812 bytes``, ``12 KB`` or ``3.4 MB``."""
    if size < 1024:
        return count_in_words(size, "byte")
    if size < MEGABYTE:
        return f"{size // 1024} KB"
    return f"{size * 10 // MEGABYTE / 10:.1f} MB"


def safe_name(name: str, kind: Kind) -> str:
    """Give a name that no system reads as anything but a name, ending as its kind does.

    Args:
        name: As it was uploaded; a path before it is dropped.
        kind: Kind of the file.
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = base.rpartition(".")[0] if "." in base else base
    kept = "".join(
        one if one.isalnum() or one in " -_()," or unicodedata.category(one) in {"Mn", "Mc"} else "_"
        for one in stem
    )
    kept = re.sub(r"\s+", " ", re.sub(r"_{2,}", "_", kept)).strip(" _")
    kept = kept[: LONGEST_NAME - 1 - len(kind.id)].strip(" _")
    if not any(one.isalnum() for one in kept) or _DEVICES.fullmatch(kept):
        kept = f"file_{kept}".rstrip("_")
    return f"{kept}.{kind.id}"


def checked(name: str, content: bytes, rules: FileRules | None = None) -> CheckedFile:
    """Judge a file by its name and content.

    Args:
        name: As it was uploaded.
        content: All of it.
        rules: What may be attached; what the service ships when left out.

    Raises:
        Refused: Field ``file``: rule ``file_kind`` (its name ends like none of the kinds), ``file_size``
            (empty or too large), ``file_content`` (it is not what its name says, or damaged),
            ``file_grows`` (it would grow too large when opened) or ``file_runs`` (something in it can run).
    """
    held = rules or file_rules()
    kind = held.kind_of(name)
    if kind is None:
        raise _refused("file_kind", "A file of this kind cannot be attached.", f"Choose a {held.in_words}")
    if not content:
        raise _refused("file_size", "The file is empty.", "Choose a file that says something.")
    if len(content) > held.largest:
        raise _too_large(held)
    _CHECKS[kind.check](content, kind, held)
    return CheckedFile(safe_name(name, kind), kind, len(content), digest_of(content), content)


def check_size(size: int, rules: FileRules | None = None) -> None:
    """Refuse a file by its size alone, before it is read.

    Raises:
        Refused: Rule ``file_size``.
    """
    held = rules or file_rules()
    if size > held.largest:
        raise _too_large(held)


def _refused(rule: str, why: str, what_next: str) -> Refused:
    return Refused(rule, why, what_next, field="file")


def _too_large(rules: FileRules) -> Refused:
    figure = rules.largest_megabytes
    label = ", a limit of this service," if figure.default else ""
    return _refused(
        "file_size",
        f"The file is larger than {figure.figure} megabytes{label} so it is not kept.",
        "Choose a smaller file, or say where the large one is found.",
    )


def _not_that(kind: Kind) -> Refused:
    return _refused(
        "file_content",
        f"Its name says {kind.title}, but its content is something else or is damaged.",
        f"Save it anew as {kind.title} and choose it again.",
    )


def _check_pdf(content: bytes, kind: Kind, rules: FileRules) -> None:
    del rules
    # A PDF has its mark first and its end last; readers bear little after it. ISO 32000-2, 7.5.2 and 7.5.5.
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:]:
        raise _not_that(kind)


def _check_text(content: bytes, kind: Kind, rules: FileRules) -> None:
    del rules
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _refused(
            "file_content", "The file is not text in UTF-8.", "Save it as UTF-8 and choose it again."
        ) from fault
    if any(unicodedata.category(one) == "Cc" and one not in "\t\n\r\f" for one in text):
        raise _not_that(kind)
    if kind.id == "csv":
        try:
            for _ in csv.reader(io.StringIO(text, newline=""), strict=True):
                pass
        except csv.Error as fault:
            raise _not_that(kind) from fault


def _check_picture(content: bytes, kind: Kind, rules: FileRules) -> None:
    try:
        with warnings.catch_warnings():
            # We have our own limit, and refuse by it below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_SIGNED[kind.id]]) as picture:
                points = picture.width * picture.height
                picture.verify()
    except Image.DecompressionBombError as fault:
        raise _picture_grows(rules) from fault
    # Whoever sets PDF files in this process lets Pillow take pictures cut short, and then it looks for parts
    # that are not there.
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError) as fault:
        raise _not_that(kind) from fault
    if points > rules.most_megapixels.figure * 1_000_000:
        raise _picture_grows(rules)


def _picture_grows(rules: FileRules) -> Refused:
    return _refused(
        "file_grows",
        f"The picture has more than {rules.most_megapixels.figure} million points.",
        "Save it smaller and choose it again.",
    )


def _check_ooxml(content: bytes, kind: Kind, rules: FileRules) -> None:
    parts = _unpacked(content, kind, rules, wanted=_CONTENT_TYPES)
    try:
        types = {one.get("ContentType", "") for one in ET.fromstring(parts).iter()}  # noqa: S314 - no entities: checked
    except ET.ParseError as fault:
        raise _not_that(kind) from fault
    if any("macroenabled" in one.lower() for one in types):
        raise _runs("macros")
    if kind.main not in types:
        raise _not_that(kind)


def _check_odf(content: bytes, kind: Kind, rules: FileRules) -> None:
    said = _unpacked(content, kind, rules, wanted="mimetype")
    if said != kind.media_type.encode():
        raise _not_that(kind)


def _unpacked(content: bytes, kind: Kind, rules: FileRules, *, wanted: str) -> bytes:
    """Read every part once, keeping one; refuse what grows, runs, is locked or damaged."""
    room = rules.opened_megabytes.figure * MEGABYTE
    kept: bytes | None = None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = [one.filename for one in parts]
            if len(set(names)) != len(names):
                raise _not_that(kind)
            if len(parts) > rules.most_parts.figure or sum(one.file_size for one in parts) > room:
                raise _grows(rules)
            for one in parts:
                _check_part(one, kind, rules)
                # Reading to the end holds each part to the size and checksum that it declares.
                start = b""
                with archive.open(one) as part:
                    whole = part.read() if one.filename == wanted else b""
                    start = whole or part.read(_PIECE)
                    while part.read(_PIECE):
                        pass
                if _ENTITY in start:
                    raise _grows(rules)
                if one.filename == wanted:
                    kept = whole
    except (zipfile.BadZipFile, ZlibError, OSError, EOFError, NotImplementedError, RuntimeError) as fault:
        raise _not_that(kind) from fault
    if kept is None:
        raise _not_that(kind)
    return kept


def _check_part(part: zipfile.ZipInfo, kind: Kind, rules: FileRules) -> None:
    for running in rules.running_parts:
        if running.is_at(part.filename):
            raise _runs(running.what)
    if part.flag_bits & 0x1:
        raise _refused(
            "file_content",
            "The file is locked by a password, so nobody else could open it.",
            "Remove the password and choose it again.",
        )
    inside = part.filename.replace("\\", "/")
    if inside.startswith("/") or ".." in inside.split("/") or ":" in inside.split("/")[0]:
        raise _not_that(kind)


def _grows(rules: FileRules) -> Refused:
    return _refused(
        "file_grows",
        f"Opened, the file would grow beyond {rules.opened_megabytes.figure} megabytes or "
        f"{rules.most_parts.figure:,} parts.",
        "Split it, or save it as PDF, and choose that.",
    )


def _runs(what: str) -> Refused:
    return _refused(
        "file_runs",
        f"The file holds {what}, which could run on someone else's machine.",
        "Save it without, or as PDF, and choose that.",
    )


_CHECKS: Final = {
    "pdf": _check_pdf,
    "ooxml": _check_ooxml,
    "odf": _check_odf,
    "text": _check_text,
    "picture": _check_picture,
}
