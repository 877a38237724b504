"""Whose edition a frozen data set is, and what stood in a report before."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def say_whose(apps: Any, _schema: Any) -> None:
    """The administration of whoever froze it; the secretariat's where nobody of that name is here."""
    homes = dict(apps.get_model("people", "Officer").objects.values_list("username", "administration_id"))
    for one in apps.get_model("statistics", "Snapshot").objects.all():
        one.administration = homes.get(one.frozen_by, "INT")
        one.save(update_fields=["administration"])


class Migration(migrations.Migration):
    dependencies = [("statistics", "0002_brought"), ("people", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="snapshot",
            name="administration",
            field=models.CharField(default="INT", max_length=8),
            preserve_default=False,
        ),
        migrations.RunPython(say_whose, migrations.RunPython.noop),
        migrations.AddField(model_name="report", name="version", field=models.IntegerField(default=1)),
        migrations.CreateModel(
            name="FormerText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.IntegerField()),
                ("title", models.CharField(blank=True, default="", max_length=150)),
                ("texts", models.JSONField(default=dict)),
                ("studies", models.JSONField(default=dict)),
                ("written_by", models.CharField(max_length=150)),
                ("written_at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="former", to="statistics.report"
                    ),
                ),
            ],
            options={"db_table": "statistics_former_text"},
        ),
        migrations.AddConstraint(
            model_name="formertext",
            constraint=models.UniqueConstraint(fields=("report", "version"), name="one_former_text_a_version"),
        ),
    ]
