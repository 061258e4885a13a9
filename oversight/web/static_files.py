"""Static files with their digest in their name, so browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] - whitenoise ships no types
    """Whitenoise's storage, which also follows imports between JavaScript modules."""

    support_js_module_import_aggregation = True
