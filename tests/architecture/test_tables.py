"""The tables of every area: who and when go together, and links point downward."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Q
from django.test.utils import isolate_apps

from tests.architecture.repository import areas

SOME_MOMENT = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("oversight.")]


def pairs(model: type[models.Model]) -> Iterable[tuple[models.Field, models.Field]]:
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name, field in fields.items():
        partner = fields.get(f"{name.removesuffix('_at')}_by") if name.endswith("_at") else None
        if partner is not None:
            yield field, partner


def can_be_empty(field: models.Field) -> bool:
    return field.null or field.blank


def _sets(field: models.Field, *, filled: bool) -> models.Value:
    plain = field.target_field if field.is_relation else field
    if not filled:
        return models.Value(None if field.null else "", output_field=plain)
    some = SOME_MOMENT if isinstance(field, models.DateTimeField) else "1"
    return models.Value(some, output_field=plain)


def allows(model: type[models.Model], when: models.Field, who: models.Field, *, at: bool, by: bool) -> bool:
    """Say whether the CHECKs about these two fields alone let such a row in."""
    values = {when.name: _sets(when, filled=at), who.name: _sets(who, filled=by)}
    return all(
        constraint.condition.check(values)
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint) and _names(constraint.condition) == set(values)
    )


def _names(condition: Q) -> set[str]:
    found: set[str] = set()
    for child in condition.children:
        found |= _names(child) if isinstance(child, Q) else {str(child[0]).split("__")[0]}
    return found


def unpaired(model: type[models.Model]) -> list[str]:
    """Pairs of which the database would take one half."""
    return [
        f"{model.__name__}.{when.name}"
        for when, who in pairs(model)
        if (can_be_empty(when) or can_be_empty(who))
        and (allows(model, when, who, at=True, by=False) or allows(model, when, who, at=False, by=True))
    ]


@pytest.mark.parametrize("model", ours(), ids=lambda model: model.__name__)
def test_who_and_when_are_both_set_or_neither(db, model):
    assert unpaired(model) == []


@isolate_apps("oversight.ledger")
def test_a_pair_without_its_check_is_found(db):
    class Careless(models.Model):  # noqa: DJ008 - never shown
        closed_at = models.DateTimeField(null=True)
        closed_by = models.CharField(max_length=10, blank=True, default="")

        class Meta:
            app_label = "ledger"

    class Careful(models.Model):  # noqa: DJ008 - never shown
        closed_at = models.DateTimeField(null=True)
        closed_by = models.CharField(max_length=10, blank=True, default="")

        class Meta:
            app_label = "ledger"
            constraints = (
                models.CheckConstraint(
                    name="closed_whole",
                    condition=Q(closed_at=None, closed_by="")
                    | (Q(closed_at__isnull=False) & ~Q(closed_by="")),
                ),
            )

    assert unpaired(Careless) == ["Careless.closed_at"]
    assert unpaired(Careful) == []


@pytest.mark.parametrize("model", ours(), ids=lambda model: model.__name__)
def test_links_between_tables_point_downward(model):
    order = areas()
    upward = [
        field.name
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model._meta.app_label in order
        and order.index(field.related_model._meta.app_label) < order.index(model._meta.app_label)
    ]

    assert upward == []


@pytest.mark.parametrize("model", ours(), ids=lambda model: model.__name__)
def test_nothing_is_deleted_by_deleting_something_else(model):
    cascading = [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete is not models.PROTECT
    ]

    assert cascading == []


@pytest.mark.parametrize("model", ours(), ids=lambda model: model.__name__)
def test_no_table_has_an_order_of_its_own(model):
    """An order hidden in the table costs a sort in every query and hides a missing one."""
    assert list(model._meta.ordering) == []
