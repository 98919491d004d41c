from datetime import date
from typing import Any

from django.db import migrations


def seed(apps: Any, schema_editor: Any) -> None:
    """The draft that the programme published, under which every installation begins."""
    apps.get_model("overview", "TermsVersion").objects.create(number=1, status="draft", effective_from=date(2021, 1, 1))


class Migration(migrations.Migration):
    dependencies = [("overview", "0001_terms_of_reference")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
