import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sdwg.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("artefacts", "0007_changed_comments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="public",
            field=models.BooleanField(default=False, help_text="Open to the wider industry, on public pages."),
        ),
        migrations.AddField(
            model_name="historicalconsultation",
            name="public",
            field=models.BooleanField(default=False, help_text="Open to the wider industry, on public pages."),
        ),
        migrations.CreateModel(
            name="PublicComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
                ("address", models.EmailField(blank=True, max_length=254)),
                ("name", models.CharField(max_length=120)),
                ("organisation", models.CharField(blank=True, max_length=120)),
                ("page", models.PositiveIntegerField(blank=True, null=True)),
                ("section", models.CharField(blank=True, max_length=60)),
                (
                    "type",
                    models.CharField(
                        choices=[("technical", "Technical"), ("editorial", "Editorial"), ("question", "Question")],
                        default="technical",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("proposed_change", models.TextField(blank=True)),
                ("nonce", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("confirm_sha256", models.CharField(max_length=64, unique=True)),
                ("sent_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "Accepted"),
                            ("part", "Accepted in part"),
                            ("rejected", "Rejected"),
                            ("clarified", "Clarified"),
                            ("carried", "Carried forward"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("answered_as", models.CharField(blank=True, max_length=300)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_as", models.CharField(blank=True, max_length=300)),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_why", models.TextField(blank=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_comments",
                        to="artefacts.consultation",
                    ),
                ),
                (
                    "hidden_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["consultation", "number", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("consultation", "number"), name="one_public_comment_a_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("confirmed_at__isnull", True),
                                ("hidden_at__isnull", True),
                                ("number__isnull", True),
                            ),
                            models.Q(("confirmed_at__isnull", False), ("number__isnull", False)),
                            _connector="OR",
                        ),
                        name="public_comment_is_confirmed_before_anything_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="public_comment_answered_by_somebody_at_some_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer__in", ["", "accepted"]), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="public_answer_has_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hidden_at__isnull", True), ("hidden_by__isnull", True)),
                            models.Q(
                                ("hidden_at__isnull", False),
                                ("hidden_by__isnull", False),
                                models.Q(("hidden_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="public_comment_hidden_by_somebody_with_why",
                    ),
                ],
            },
        ),
        append_only("artefacts_historicalconsultation"),
    ]
