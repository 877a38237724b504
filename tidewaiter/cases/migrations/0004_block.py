"""Cases that are here already get their block, so that doubles of them are found too."""

from __future__ import annotations

import hashlib
import math
from typing import Any

from django.db import migrations, models

_BATCH = 2000


def _block(case: Any) -> int:
    said = "|".join((case.country, case.form, case.main_subtype, case.main_unit, case.place))
    base = int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big")
    size = math.floor(math.log(float(case.main_quantity)) / 0.045)
    number = (base + case.date.toordinal() // 2 * 0x9E3779B97F4A7C15 + size * 0xC2B2AE3D27D4EB4F) % (1 << 64)
    return number - (1 << 64) if number >= 1 << 63 else number


def fill(apps: Any, schema_editor: Any) -> None:
    """Some thousand cases at a time, by key."""
    model = apps.get_model("cases", "Case")
    rows = model.objects.exclude(place="").filter(date_precision="day", main_quantity__gt=0).order_by("pk")
    rows = rows.only("pk", "country", "form", "main_subtype", "main_unit", "place", "date", "main_quantity")
    after = 0
    while some := list(rows.filter(pk__gt=after)[:_BATCH]):
        for case in some:
            case.block = _block(case)
        model.objects.bulk_update(some, ["block"], batch_size=300)
        after = some[-1].pk


class Migration(migrations.Migration):
    """A number that doubles share."""

    dependencies = (("cases", "0003_saved_filter"),)
    operations = (
        migrations.AddField("case", "block", models.BigIntegerField(db_index=True, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    )
