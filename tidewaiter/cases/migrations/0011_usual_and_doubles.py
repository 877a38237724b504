"""An index by which is learnt what is usual; and the sign of a case says no more that it may repeat another one."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

GRAVITY = {"": 0, "note": 1, "warn": 2, "stop": 3}


def without_doubles(apps: Any, schema_editor: Any) -> None:
    """Counts the findings of the cases that have one of another case without it."""
    findings = apps.get_model("cases", "CaseFinding").objects
    cases = apps.get_model("cases", "Case").objects
    told = list(findings.filter(code="duplicate_probable").order_by("case").values_list("case", flat=True).distinct())
    for start in range(0, len(told), 500):
        some = told[start : start + 500]
        alone: dict[int, list[str]] = {key: [] for key in some}
        for key, severity in findings.filter(case__in=some).exclude(code="duplicate_probable").values_list("case", "severity"):
            alone[key].append(severity)
        changed = list(cases.filter(pk__in=some))
        for case in changed:
            case.findings_count = len(alone[case.pk])
            case.worst = max(alone[case.pk], key=lambda one: GRAVITY.get(one, 0), default="")
        cases.bulk_update(changed, ["findings_count", "worst"], batch_size=300)


class Migration(migrations.Migration):
    """What is usual, and doubles."""

    dependencies = (("cases", "0010_words_of_sight"),)
    operations = (
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("counted", True), ("wide", True)),
                fields=["form", "administration", "-id"],
                name="case_usual",
            ),
        ),
        migrations.RunPython(without_doubles, migrations.RunPython.noop),
    )
