"""The short reference that the node gives, and the series it counts in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_names_of_the_field")]
    operations = [
        migrations.CreateModel(
            name="CaseSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("administration", models.CharField(max_length=3)),
                ("year", models.SmallIntegerField()),
                ("last", models.IntegerField(default=0)),
            ],
            options={"db_table": "cases_series"},
        ),
        migrations.AddField("case", "given_ref", models.CharField(blank=True, default="", max_length=24)),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("latest", True), models.Q(("given_ref", ""), _negated=True)),
                fields=("administration", "given_ref"),
                name="one_case_a_given_ref",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseseries",
            constraint=models.UniqueConstraint(fields=("administration", "year"), name="one_series_a_year"),
        ),
    ]
