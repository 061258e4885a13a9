"""Trigrams for the search of words, on PostgreSQL; SQLite reads every row, which a small office does not notice."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_COLUMNS = ("text", "source_title", "reference")


def make(apps: Any, schema_editor: Any) -> None:
    """Make the index where the server has trigrams; without them searching works and is slower."""
    del apps
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    # As Django asks for a part of a text whatever its case.
    columns = ", ".join(f"UPPER({name}::text) gin_trgm_ops" for name in _COLUMNS)
    schema_editor.execute(f"CREATE INDEX rec_words ON recommendations_recommendation USING gin ({columns})")


def drop(apps: Any, schema_editor: Any) -> None:
    """Drop the index; the extension may serve others."""
    del apps
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS rec_words")


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0007_repeats")]

    operations = [migrations.RunPython(make, drop)]
