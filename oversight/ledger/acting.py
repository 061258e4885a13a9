"""Every write is an act: allowed, done and recorded in one transaction, or not done at all.

Decorate each function that writes with ``action``. Paragraph 10(iii): the parties hold each other to account
on a record that says who did what, for which party, and when.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from typing import Any, Final, Generic, ParamSpec, Protocol, TypeVar, cast

from django.db import transaction

from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.ledger.appending import append

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_VERB: Final = re.compile(r"[a-z][a-z0-9_.-]{0,79}")
_depth: ContextVar[int] = ContextVar("oversight_action_depth", default=0)
_registered: dict[str, ActionInfo] = {}


@dataclass(frozen=True)
class Recorded(Generic[T]):
    """What an action hands back: what the record will say, and what the caller is given.

    Args:
        subject: Reference of what was acted on, for example ``event:12``.
        payload: Facts of the act, of the types that ``kernel.digests.canonical`` takes.
        result: Given to the caller of the action; not recorded.
    """

    subject: str
    payload: Mapping[str, Value]
    result: T


@dataclass(frozen=True)
class ActionInfo:
    """What an action declares of itself.

    Args:
        verb: What the record calls the act.
        permission: Permission that the actor needs.
        paragraph: Paragraph of the Memorandum of Understanding, or empty.
        function: Where the function stands, as ``module.name``.
    """

    verb: str
    permission: str
    paragraph: str
    function: str


class Action(Protocol[P, T_co]):
    """A function decorated with ``action``."""

    action: ActionInfo
    __name__: str
    __wrapped__: Callable[..., Any]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T_co:
        """Do and record the act."""


def action(
    *,
    verb: str,
    permission: str,
    paragraph: str = "",
    on: Callable[..., PartyLike | None] | None = None,
) -> Callable[[Callable[P, Recorded[T]]], Action[P, T]]:
    """Make a writing function an act: permitted, atomic and recorded.

    The function takes keyword arguments alone, among them ``by`` (who acts) and ``at`` (the moment, aware),
    and returns ``Recorded``. Called, it asks ``by`` for ``permission``, runs, appends one entry to the record
    and returns the result; when anything fails, nothing is written. Acts inside an act share its transaction.

    Args:
        verb: What the record calls the act: lower-case words joined by ``_``, ``.`` or ``-``.
        permission: Permission that ``by`` must hold.
        paragraph: Paragraph of the Memorandum of Understanding behind the act, or empty.
        on: Given the same keyword arguments (defaults filled in), finds the party over which the permission
            is needed; without it, or when it gives None, the permission is asked for over no party.

    Raises:
        TypeError: When decorating, a function of another shape; when called, ``at`` is no datetime or the
            function returned something else than ``Recorded``.
        ValueError: When called, ``at`` has no time zone, or the record cannot hold what was returned.
        Refused: When called by someone who lacks the permission, and whatever the function refuses.
    """
    if not _VERB.fullmatch(verb):
        raise TypeError(
            f"{verb!r} is no verb: use lower-case words joined by _ . or -, 80 characters at most."
        )
    if not permission:
        raise TypeError(f"The action {verb!r} needs a permission.")

    def decorate(function: Callable[P, Recorded[T]]) -> Action[P, T]:
        signature = _checked_signature(function)
        info = ActionInfo(verb, permission, paragraph, f"{function.__module__}.{function.__qualname__}")

        def act(*args: P.args, **kwargs: P.kwargs) -> T:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            by: Actor = bound.kwargs["by"]
            at: object = bound.kwargs["at"]
            _check_moment(at, info)
            with transaction.atomic():
                depth = _depth.set(_depth.get() + 1)
                try:
                    by.demand(permission, on(**bound.kwargs) if on is not None else None)
                    recorded: object = function(*args, **kwargs)
                    if not isinstance(recorded, Recorded):
                        raise TypeError(
                            f"{info.function} is an action and returned {type(recorded).__name__} instead of "
                            "Recorded, so nothing was written."
                        )
                    append(
                        by=by,
                        at=cast("datetime", at),
                        verb=verb,
                        subject=recorded.subject,
                        payload=recorded.payload,
                    )
                finally:
                    _depth.reset(depth)
            return cast("Recorded[T]", recorded).result

        done = cast("Action[P, T]", update_wrapper(act, function))
        done.action = info
        _registered[info.function] = info
        return done

    return decorate


def in_action() -> bool:
    """Tell whether an action is running here and now, so that writing is allowed."""
    return _depth.get() > 0


def registered_actions() -> tuple[ActionInfo, ...]:
    """Give every action of the modules imported so far, by verb and then by place."""
    return tuple(sorted(_registered.values(), key=lambda info: (info.verb, info.function)))


def _checked_signature(function: Callable[..., object]) -> inspect.Signature:
    signature = inspect.signature(function)
    name = f"{function.__module__}.{function.__qualname__}"
    loose = [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    ]
    if loose:
        raise TypeError(f"{name} is an action, so all its arguments are keyword-only; {loose[0]!r} is not.")
    for required in ("by", "at"):
        parameter = signature.parameters.get(required)
        if parameter is None or parameter.default is not inspect.Parameter.empty:
            raise TypeError(f"{name} is an action, so it takes {required!r} and gives it no default.")
    return signature


def _check_moment(at: object, info: ActionInfo) -> None:
    if not isinstance(at, datetime):
        raise TypeError(f"{info.function} takes an aware datetime as 'at', not {type(at).__name__}.")
    if at.utcoffset() is None:
        raise ValueError(f"{info.function} was given a moment without a time zone: {at.isoformat()}.")
