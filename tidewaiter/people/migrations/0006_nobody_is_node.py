"""Nobody's account is called as the node itself acts; a one-time code keeps its door and who confirmed it."""

from typing import Any

from django.db import migrations, models
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import Refusal


def refuse(apps: Any, _editor: object) -> None:
    """Says what to do, before anything is changed, where an open account has the node's own name."""
    if apps.get_model("people", "Officer").objects.filter(username="node", is_active=True).exists():
        raise Refusal(
            "named_node",
            _(
                "An account is called «node», the name by which the node itself acts: their deeds cannot be told apart. "
                "Nothing was changed. With the release you had, close the account "
                "(manage_officer node suspend --by YOUR-NAME), invite its person by another name, then upgrade again."
            ),
        )


class Migration(migrations.Migration):
    """Fields of codes; the constraint."""

    dependencies = [("people", "0005_four_eyes")]

    operations = [
        migrations.RunPython(refuse, migrations.RunPython.noop),
        migrations.AddField("onetimecode", "confirmed_by", models.CharField(blank=True, default="", max_length=150)),
        migrations.AddField("onetimecode", "door", models.CharField(default="page", max_length=100)),
        migrations.AddConstraint(
            "officer",
            models.CheckConstraint(
                condition=~models.Q(username="node") | models.Q(is_active=False), name="nobody_is_node"
            ),
        ),
    ]
