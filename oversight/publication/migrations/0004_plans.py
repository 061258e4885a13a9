"""Tables of action plans on the public register."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0003_what_changed"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=90)),
                ("round", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=30)),
                ("title", models.CharField(max_length=200)),
                ("unit_code", models.CharField(blank=True, default="", max_length=100)),
                ("published_on", models.DateField()),
                ("content", models.TextField()),
                ("content_digest", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=100)),
                ("superseded_at", models.DateTimeField(null=True)),
                ("superseded_by", models.CharField(blank=True, default="", max_length=100)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=["-published_at", "-id"],
                        name="publishedplan_newest",
                    ),
                    models.Index(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=["unit_code"],
                        name="publishedplan_unit",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("reference", "round"), name="publishedplan_round_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at__isnull", True)),
                        fields=("reference",),
                        name="publishedplan_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("round__gte", 1),
                            models.Q(("reference", ""), _negated=True),
                            models.Q(("kind", ""), _negated=True),
                            models.Q(("title", ""), _negated=True),
                            models.Q(("content", ""), _negated=True),
                            models.Q(("content_digest", ""), _negated=True),
                            models.Q(("published_by", ""), _negated=True),
                        ),
                        name="publishedplan_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("superseded_at__isnull", True), ("superseded_by", "")),
                            models.Q(
                                ("superseded_at__isnull", False),
                                models.Q(("superseded_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="publishedplan_superseded_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superseded_at__isnull", True),
                            ("superseded_at__gte", models.F("published_at")),
                            _connector="OR",
                        ),
                        name="publishedplan_superseded_later",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedPlanReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=200)),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="publication.publishedplan",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["source"], name="publishedplanreport_source")],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "source"), name="publishedplanreport_once"),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="publishedplanreport_complete"
                    ),
                ],
            },
        ),
    ]
