"""With what rights the file of a job was made; of those made before nothing is known, and they are asked for again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_clock_and_failed_items")]
    operations = [migrations.AddField(model_name="job", name="sight", field=models.JSONField(default=dict))]
