from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("intake", "0003_norms_of_a_file")]

    operations = [
        migrations.AddField("stagedrow", "source", models.CharField(max_length=24, default="", blank=True)),
        migrations.AddField("stagedrow", "counts", models.IntegerField(default=1)),
        migrations.AddField("receipt", "problems", models.JSONField(default=dict)),
    ]
