from django.db import migrations

DEMANDED = ("contact", "reviewer", "editor", "steward")


def demand(apps, schema_editor):
    """Nobody is locked out: who has no second factor yet is led to set one up at the next sign-in."""
    rules = apps.get_model("people", "RoleRule").objects
    for role in DEMANDED:
        rules.update_or_create(role=role, defaults={"second_factor": True})


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0002_attempts_onetimecode_rolerule_shift_token_and_more"),
    ]

    operations = [migrations.RunPython(demand, migrations.RunPython.noop)]
