"""What several administrations store counts for each of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_stored_bytes")]
    operations = [
        migrations.RemoveConstraint(model_name="stored", name="stored_once"),
        migrations.AddConstraint(
            model_name="stored",
            constraint=models.UniqueConstraint(fields=["kind", "ref", "administration"], name="stored_once_each"),
        ),
    ]
