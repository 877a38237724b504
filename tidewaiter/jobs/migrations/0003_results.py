from django.db import migrations, models


class Migration(migrations.Migration):
    """Jobs make files."""

    dependencies = [("jobs", "0002_lanes")]

    operations = [
        migrations.AddField("job", "asked", models.JSONField(default=dict)),
        migrations.AddField("job", "door", models.CharField(max_length=200, default="", blank=True)),
        migrations.AddField("job", "watched_at", models.DateTimeField(null=True)),
        migrations.AddField("job", "result_name", models.CharField(max_length=120, default="", blank=True)),
        migrations.AddField("job", "result_type", models.CharField(max_length=100, default="", blank=True)),
        migrations.AddField("job", "result_size", models.BigIntegerField(default=0)),
        migrations.AddField("job", "result_until", models.DateTimeField(null=True)),
    ]
