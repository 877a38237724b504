from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("intake", "0004_source_rows")]

    operations = [
        migrations.AddField("receipt", "hidden", models.BigIntegerField(default=0)),
        migrations.AddField("receipt", "hidden_until", models.DateTimeField(null=True)),
        migrations.AddField("receipt", "hidden_taken_at", models.DateTimeField(null=True)),
    ]
