from django.db import migrations, models


class Migration(migrations.Migration):
    """What each administration has stored, thing by thing, and the sums."""

    dependencies = [("vault", "0003_photos")]

    operations = [
        migrations.CreateModel(
            name="Stored",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("ref", models.CharField(max_length=64)),
                ("administration", models.CharField(max_length=8)),
                ("username", models.CharField(max_length=150)),
                ("size", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "vault_stored",
                "indexes": [models.Index(fields=["administration", "kind", "-size"], name="stored_largest")],
                "constraints": [models.UniqueConstraint(fields=("kind", "ref"), name="stored_once")],
            },
        ),
        migrations.CreateModel(
            name="StoredSum",
            fields=[
                ("administration", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(default=0)),
                ("bound", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "vault_stored_sum"},
        ),
    ]
