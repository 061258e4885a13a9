"""The head of an empty record, and the triggers that keep the record append-only."""

from django.db import migrations

from oversight.ledger.protection import protect, unprotect


def begin(apps, schema_editor):
    apps.get_model("ledger", "Head").objects.using(schema_editor.connection.alias).create(
        id=1, sequence=0, digest="0" * 64
    )
    protect(schema_editor.connection)


def end(apps, schema_editor):
    unprotect(schema_editor.connection)
    apps.get_model("ledger", "Head").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(begin, end)]
