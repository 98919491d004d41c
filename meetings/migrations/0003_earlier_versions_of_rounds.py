from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Decisions already in a later round: the versions of their rounds before, as their history has them."""
    decision, history = apps.get_model("meetings", "Decision"), apps.get_model("meetings", "HistoricalDecision")
    for row in decision.objects.filter(round__gt=1, version__isnull=False):
        before = history.objects.filter(id=row.pk, version_id__isnull=False).exclude(version_id=row.version_id)
        row.earlier_versions.add(*set(before.values_list("version_id", flat=True)))


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_rounds_on_earlier_versions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
