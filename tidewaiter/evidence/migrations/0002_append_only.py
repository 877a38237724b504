from django.db import migrations

from tidewaiter.evidence.append_only import protect, unprotect


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(protect, unprotect),
    ]
