"""Static files with their digest in their name, so browsers may keep them for ever."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Whitenoise's storage, which also follows imports between JavaScript modules."""

    support_js_module_import_aggregation = True


def collect() -> None:
    """Copy the package's static files to where the server reads them, unless nothing has changed."""
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda pair: pair[0]):
            found.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    stamp = settings.STATIC_ROOT / "collected"
    if stamp.is_file() and stamp.read_text() == found.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(found.hexdigest())
