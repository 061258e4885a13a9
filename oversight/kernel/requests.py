"""What every view may know of the request it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from oversight.kernel.acting import Actor

if TYPE_CHECKING:
    # Only the type checker sees the framework from here; the kernel never loads it.
    from django.http import HttpRequest

    class Request(HttpRequest):
        """A request after the middleware: who asks, at what moment, on which London day."""

        actor: Actor
        at: datetime
        today: date

else:
    Request = object
