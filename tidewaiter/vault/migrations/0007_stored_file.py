"""`Kept` is called `StoredFile`; its table stays where it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vault", "0006_hashes_without_ground")]
    operations = [migrations.RenameModel("Kept", "StoredFile")]
