from django.db import migrations, models


class Migration(migrations.Migration):
    """Jobs wait in lanes, by turns of persons; the queue of the library used before is no more."""

    dependencies = [("jobs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Lane",
            fields=[
                ("name", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("turn", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "jobs_lane"},
        ),
        migrations.AddField("job", "lane", models.CharField(max_length=16, default="prompt")),
        migrations.AddField("job", "administration", models.CharField(max_length=8, default="", blank=True)),
        migrations.AddField("job", "turn", models.BigIntegerField(default=0)),
        migrations.AddField("job", "attempts", models.IntegerField(default=0)),
        migrations.AddField("job", "worker", models.CharField(max_length=64, default="", blank=True)),
        migrations.AddField("job", "ended_by", models.CharField(max_length=150, default="", blank=True)),
        migrations.AddField("job", "untidy", models.BooleanField(default=False)),
        migrations.AddIndex("job", models.Index(fields=["lane", "state", "turn"], name="job_next")),
        migrations.AddIndex("job", models.Index(fields=["asked_by", "-asked_at"], name="job_own")),
        migrations.RunSQL("UPDATE jobs_job SET lane = 'heavy' WHERE kind = 'run_trade'", migrations.RunSQL.noop),
        migrations.RunSQL("DROP TABLE IF EXISTS django_tasks_db_dbtaskresult", migrations.RunSQL.noop),
    ]
