"""The content of files moves to the store of ``exchange``; each file keeps its row, name and digest here."""

import django.db.models.deletion
from django.db import migrations, models


def move(apps, schema_editor):
    """Keep each file's content in the store, the same bytes once, and link it."""
    old = apps.get_model("inspections", "StoredFile")
    contents = apps.get_model("exchange", "StoredContent")
    files = apps.get_model("exchange", "StoredFile")
    for file in old.objects.order_by("id").iterator(chunk_size=20):
        contents.objects.get_or_create(
            digest=file.digest,
            defaults={
                "size": file.size,
                "content": file.content,
                "kept_at": file.kept_at,
                "kept_by": file.kept_by,
            },
        )
        file.kept = files.objects.create(
            content_id=file.digest,
            name=file.name,
            media_type=file.media_type,
            kept_at=file.kept_at,
            kept_by=file.kept_by,
            kept_name=file.kept_name,
        )
        file.save(update_fields=["kept"])
    # PostgreSQL changes no table while checks of its links wait for the end of the transaction.
    schema_editor.connection.check_constraints()


def move_back(apps, schema_editor):
    for file in apps.get_model("inspections", "StoredFile").objects.select_related("kept__content").order_by("id"):
        file.content = file.kept.content.content or b""
        file.save(update_fields=["content"])
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_files"),
        ("inspections", "0011_who_and_when"),
    ]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="kept",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exchange.storedfile",
            ),
        ),
        # Backwards, files need somewhere to put their content again.
        migrations.AlterField(model_name="storedfile", name="content", field=models.BinaryField(default=b"")),
        migrations.RunPython(move, move_back),
        migrations.AlterField(
            model_name="storedfile",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exchange.storedfile"
            ),
        ),
        migrations.RemoveField(model_name="storedfile", name="content"),
    ]
