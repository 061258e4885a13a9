"""Files handed out to be saved and never shown inside a page (G5)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def attachment(name: str, media_type: str, content: bytes) -> HttpResponse:
    """Give content to be saved under a name, as no browser takes for anything else."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
