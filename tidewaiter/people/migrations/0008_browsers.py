"""Of what browsers said of themselves in earlier releases, the family and the system stay."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from tidewaiter.people.browsers import browser_family


def bound(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Writes each kind of browser once."""
    sessions = apps.get_model("usersessions", "UserSession").objects.using(schema_editor.connection.alias)
    for said in sessions.order_by().values_list("user_agent", flat=True).distinct():
        if said and browser_family(said) != said:
            sessions.filter(user_agent=said).update(user_agent=browser_family(said))


class Migration(migrations.Migration):
    dependencies = [("people", "0007_duty_rota"), ("usersessions", "0001_initial")]
    operations = [migrations.RunPython(bound, migrations.RunPython.noop)]
