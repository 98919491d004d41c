import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0004_attendance"),
    ]

    operations = [
        migrations.CreateModel(
            name="Guest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(blank=True, max_length=254)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("organisation", models.CharField(blank=True, max_length=120)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("nonce", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("confirm_sha256", models.CharField(max_length=64, unique=True)),
                ("link_sha256", models.CharField(max_length=64, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="guests", to="meetings.meeting"
                    ),
                ),
            ],
            options={
                "ordering": ["confirmed_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("address", ""), _negated=True),
                        fields=("meeting", "address"),
                        name="one_guest_an_address_and_meeting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", False),
                            models.Q(("refused_at__isnull", True), ("withdrawn_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="guest_confirms_before_anything_else",
                    ),
                ],
            },
        ),
    ]
