from django.db import migrations

from tidewaiter.privacy.columns import MarkedChar


class Migration(migrations.Migration):
    """Whoever sees nothing RED is not told reasons that name it."""

    dependencies = [("registry", "0006_thresholds")]

    operations = [
        migrations.AddField(
            model_name="candidate",
            name="handling",
            field=MarkedChar(about="system", default="AMBER", max_length=12),
        ),
    ]
