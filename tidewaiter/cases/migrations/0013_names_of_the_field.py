"""`Settled` and `AskedOnce` are called `FindingOutcome` and `IdempotencyKey`; their tables stay where they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_case_batch")]
    operations = [
        migrations.RenameModel("Settled", "FindingOutcome"),
        migrations.RenameModel("AskedOnce", "IdempotencyKey"),
    ]
