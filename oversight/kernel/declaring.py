"""Each view says who may come and whether it writes; ``access`` holds it to that.

The words live here, below every area, because every area has views; the enforcement lives in
``oversight.access.declaring``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declaration:
    """Who may come to a view and whether it may write.

    Args:
        signed_in: Whether the visitor must be signed in and acting for a party.
        permission: Permission the visitor's role must hold, over any party; empty when none is asked.
        writes: Whether POST is answered. GET and HEAD write nothing, unless ``logs``.
        logs: Whether who reads it is recorded, so that GET may write too, by an act alone.
        own_account: Whether someone signed in may come before they act for any party.
    """

    signed_in: bool
    permission: str
    writes: bool
    own_account: bool = False
    logs: bool = False


def _declared(declaration: Declaration) -> Callable[[View], View]:
    def declare(view: View) -> View:
        @wraps(view)
        def declared(request: Any, *args: Any, **kwargs: Any) -> Any:
            # The access middleware puts the gate on the request. Without it no view runs.
            return request.gate(declaration, view, args, kwargs)

        declared.declaration = declaration  # type: ignore[attr-defined]  # read by access
        return declared  # type: ignore[return-value]  # same signature, by wraps

    return declare


def public(view: View) -> View:
    """Declare a page that anyone may read without signing in."""
    return _declared(Declaration(signed_in=False, permission="", writes=False))(view)


def public_form(view: View) -> View:
    """Declare a page that anyone may read and send without signing in, such as signing in itself."""
    return _declared(Declaration(signed_in=False, permission="", writes=True))(view)


def signed_in(view: View) -> View:
    """Declare a page for anyone who is signed in and acts for a party, reading only."""
    return _declared(Declaration(signed_in=True, permission="", writes=False))(view)


def signed_in_form(view: View) -> View:
    """Declare a page that anyone who is signed in and acts for a party may read and send."""
    return _declared(Declaration(signed_in=True, permission="", writes=True))(view)


def own_account(view: View) -> View:
    """Declare a page of someone's own account, reading only, open also to those who act for no party."""
    return _declared(Declaration(signed_in=True, permission="", writes=False, own_account=True))(view)


def own_account_form(view: View) -> View:
    """Declare a page of someone's own account to read and send, open also to those who act for no party."""
    return _declared(Declaration(signed_in=True, permission="", writes=True, own_account=True))(view)


def reads(permission: str, *, logs: bool = False) -> Callable[[View], View]:
    """Declare a page that needs ``permission`` and only reads.

    Args:
        permission: Identifier of the permission.
        logs: Whether the page records who read it.
    """
    return _declared(Declaration(signed_in=True, permission=permission, writes=False, logs=logs))


def writes(permission: str, *, logs: bool = False) -> Callable[[View], View]:
    """Declare a page that needs ``permission``, shows on GET and writes on POST.

    Args:
        permission: Identifier of the permission.
        logs: Whether the page records who read it on GET.
    """
    return _declared(Declaration(signed_in=True, permission=permission, writes=True, logs=logs))
