"""What pages load: complete, small, without the crown, its arms or its font."""

from __future__ import annotations

import gzip
import re

from tests.architecture.repository import PACKAGE

STATIC = PACKAGE / "web" / "static" / "oversight"
#: ux: a page's first load is under 150 KB; most of that is left to the page itself and its drawings.
SHARE = 60_000


def text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def test_first_load_is_small_when_compressed():
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in STATIC.glob("*.[cj]s*")}

    assert {"application.css", "oversight.js", "govuk-frontend.min.js", "moj-frontend.min.js"} == set(sizes)
    assert sum(sizes.values()) < SHARE


def test_neither_crown_nor_arms_nor_font_are_shipped():
    names = [path.name for path in STATIC.rglob("*")]

    assert [name for name in names if re.search(r"crest|crown|logotype|woff|opengraph", name)] == []
    assert not re.search(r"GDS Transport|@font-face|govuk-crest", text("application.css"))


def test_everything_the_style_sheet_names_is_there():
    named = set(re.findall(r"url\([\"']?([^)\"']+)", text("application.css")))
    files = {name for name in named if not name.startswith("data:")}

    assert {name for name in files if not (STATIC / name).exists()} == set()
    assert not [name for name in files if re.match(r"https?:|/", name)]


def test_everything_the_scripts_name_is_there():
    for name in ("oversight.js", "govuk-frontend.min.js", "moj-frontend.min.js"):
        imported = re.findall(r"""from\s*["'](\.[^"']+)["']""", text(name))
        assert [path for path in imported if not (STATIC / path).exists()] == []
        assert "sourceMappingURL" not in text(name)


def test_licences_of_the_kits_travel_with_them():
    assert "MIT License" in text("LICENCES.txt")
