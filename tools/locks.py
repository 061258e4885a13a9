"""The locked requirements: ``python -m tools.locks check`` compares, ``write`` brings them in step.

They hold exact versions and hashes and no addresses, so that every machine installs the same from whatever
registry it uses.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "base.txt": ["pyproject.toml"],
    "dev.txt": ["pyproject.toml", "--group", "dev"],
    "node.txt": ["requirements/node.in"],
}


def compile_lock(name: str, into: Path) -> None:
    """Resolve one lock into a file; versions already there stay as long as they still fit."""
    uv = Path(sys.executable).with_name("uv")
    options = ["--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    subprocess.run(
        [str(uv), "pip", "compile", *LOCKS[name], *options, "--output-file", str(into)], cwd=ROOT, check=True
    )


def out_of_step() -> list[str]:
    """Names of the locks that no longer say what their source asks for."""
    wrong = []
    with tempfile.TemporaryDirectory() as made:
        for name in LOCKS:
            kept, fresh = ROOT / "requirements" / name, Path(made) / name
            if kept.exists():
                shutil.copy(kept, fresh)
            compile_lock(name, fresh)
            if not kept.exists() or kept.read_text() != fresh.read_text():
                wrong.append(name)
    return wrong


def main() -> int:
    if sys.argv[1:] == ["write"]:
        for name in LOCKS:
            compile_lock(name, ROOT / "requirements" / name)
        return 0
    if sys.argv[1:] == ["check"]:
        wrong = out_of_step()
        for name in wrong:
            print(f"requirements/{name} is out of step with its source. Run make fix.")
        return 1 if wrong else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
