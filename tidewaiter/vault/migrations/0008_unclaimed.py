"""Since when a picture waits to become part of something."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more column; what is there belongs to something."""

    dependencies = (("vault", "0007_stored_file"),)
    operations = (migrations.AddField("picture", "unclaimed_since", models.DateTimeField(null=True)),)
