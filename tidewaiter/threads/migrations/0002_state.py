"""In which state a thing was when something was said under it; of what was said before, its moment tells."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("threads", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="message", name="state", field=models.CharField(blank=True, default="", max_length=16)
        )
    ]
