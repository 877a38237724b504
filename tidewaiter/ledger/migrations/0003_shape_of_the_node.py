"""The database says of which shape its node is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_find_by_person_and_day")]

    operations = [
        migrations.AddField(
            model_name="chainend",
            name="shape",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
    ]
