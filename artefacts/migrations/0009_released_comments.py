from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def as_confirmed(apps: Any, schema_editor: Any) -> None:
    """What was confirmed before comments waited for a release was read at once: it stays so, released by nobody."""
    rows = apps.get_model("artefacts", "PublicComment").objects.filter(confirmed_at__isnull=False)
    rows.update(released_at=F("confirmed_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("artefacts", "0008_public_comments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="publiccomment",
            name="released_as",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="publiccomment",
            name="released_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="publiccomment",
            name="released_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(as_confirmed, migrations.RunPython.noop),
    ]
