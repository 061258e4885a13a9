"""Who may do what, in plain words, for everyone to read (capability H4, paragraph 3)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from oversight.access.queries import roles_by_body
from oversight.access.rules import access_table
from oversight.kernel.declaring import public
from oversight.kernel.requests import Request
from oversight.parties.queries import parties_by_code


@public
def access(request: Request) -> HttpResponse:
    """Show every role, what it may do and how far, and what is reserved to whom and why."""
    table = access_table()
    names = {code: ref.name for code, ref in parties_by_code().items()}
    reserved = [one for one in table.permissions.values() if one.reserved_to]
    context = {
        "bodies": roles_by_body(),
        "permissions": list(table.permissions.values()),
        "reserved": [(one, names.get(one.reserved_to, one.reserved_to)) for one in reserved],
        "roles": list(table.roles.values()),
    }
    return render(request, "access/table.html", context)
