from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_cursor_moved_at")]

    operations = [
        migrations.AddField("head", "sent_at", models.DateTimeField(null=True)),
        migrations.AddField("head", "tries", models.IntegerField(default=0)),
        migrations.AddField("head", "try_at", models.DateTimeField(null=True)),
        migrations.AddField("head", "error", models.CharField(blank=True, default="", max_length=100)),
    ]
