"""The file store, and the triggers by which the database itself keeps content as it was."""

import django.db.models.deletion
from django.db import migrations, models


TABLE = "exchange_storedcontent"
CHANGED = """NEW.digest <> OLD.digest OR NEW.size <> OLD.size
    OR (OLD.content IS NOT NULL AND NEW.content IS NOT NULL AND NEW.content <> OLD.content)"""
SAID = "Content is kept as it was: it can only go"


def protect(apps, schema_editor):
    """Let the database itself refuse to change content, or to remove its row."""
    if schema_editor.connection.vendor == "sqlite":
        for verb, when in (("UPDATE", f"WHEN {CHANGED}"), ("DELETE", "")):
            schema_editor.execute(
                f"CREATE TRIGGER {TABLE}_refuses_{verb.lower()} BEFORE {verb} ON {TABLE} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            )
        return
    schema_editor.execute(
        f"CREATE FUNCTION {TABLE}_refuses() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND NOT ({CHANGED}) THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $body$"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {TABLE}_refuses BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuses()"
    )


def unprotect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {TABLE}_refuses_{verb}")
        return
    schema_editor.execute(f"DROP TRIGGER {TABLE}_refuses ON {TABLE}")
    schema_editor.execute(f"DROP FUNCTION {TABLE}_refuses()")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='StoredContent',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.PositiveIntegerField()),
                ('content', models.BinaryField(null=True)),
                ('kept_at', models.DateTimeField()),
                ('kept_by', models.CharField(max_length=100)),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('gone_by', models.CharField(blank=True, default='', max_length=100)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__length', 64), ('size__gte', 1), models.Q(('kept_by', ''), _negated=True)), name='storedcontent_complete'), models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', True), ('gone_at__isnull', False)), models.Q(('content__isnull', False), ('gone_at__isnull', True)), _connector='OR'), name='storedcontent_there_or_gone'), models.CheckConstraint(condition=models.Q(models.Q(('gone_at', None), ('gone_by', '')), models.Q(('gone_at__isnull', False), models.Q(('gone_by', ''), _negated=True)), _connector='OR'), name='storedcontent_gone_pair')],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=100)),
                ('kept_at', models.DateTimeField()),
                ('kept_by', models.CharField(max_length=100)),
                ('kept_name', models.CharField(max_length=200)),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('gone_by', models.CharField(blank=True, default='', max_length=100)),
                ('content', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='exchange.storedcontent')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('media_type', ''), _negated=True), models.Q(('kept_by', ''), _negated=True), models.Q(('kept_name', ''), _negated=True)), name='exchangefile_complete'), models.CheckConstraint(condition=models.Q(models.Q(('gone_at', None), ('gone_by', '')), models.Q(('gone_at__isnull', False), models.Q(('gone_by', ''), _negated=True)), _connector='OR'), name='exchangefile_gone_pair')],
            },
        ),
        migrations.RunPython(protect, unprotect),
    ]
