from datetime import date
from typing import Any

from django.db import migrations

# In the order and the words of the Terms of Reference (M4), with the short form that narrow columns need.
CONSTITUENCIES = (
    ("Elexon (as Central Systems provider)", "Elexon"),
    ("Smart DCC (as Smart meter central systems provider)", "Smart DCC"),
    ("Large Suppliers", "Large Suppliers"),
    ("Medium Suppliers", "Medium Suppliers"),
    ("Small Suppliers", "Small Suppliers"),
    ("I&C Suppliers", "I&C Suppliers"),
    ("Independent Supplier Agents", "Ind. Supplier Agents"),
    ("Supplier Agents", "Supplier Agents"),
    ("Distribution Network Operators", "DNOs"),
    ("Independent Distribution Network Operators", "iDNOs"),
    ("National Grid ESO", "National Grid ESO"),
    ("Meter Administrator", "Meter Administrator"),
    ("IT Service Providers", "IT Service Providers"),
)
LISTED_FROM = date(2021, 1, 1)


def seed(apps: Any, schema_editor: Any) -> None:
    constituency = apps.get_model("members", "Constituency")
    constituency.objects.bulk_create(
        constituency(name=name, short_name=short, position=position, listed_from=LISTED_FROM)
        for position, (name, short) in enumerate(CONSTITUENCIES, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
