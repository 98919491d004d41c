import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from sdwg.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("artefacts", "0009_released_comments"),
        ("members", "0003_deputies_conflicts_colleagues"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalValidationDelegation",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("act", models.UUIDField(db_index=True, editable=False)),
                ("until", models.DateField(blank=True, null=True)),
                ("reason", models.TextField()),
                ("given_as", models.CharField(max_length=300)),
                ("given_at", models.DateTimeField()),
                ("ended_as", models.CharField(blank=True, max_length=300)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.TextField(blank=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "artefact",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="artefacts.artefact",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="members.seat",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical validation delegation",
                "verbose_name_plural": "historical validation delegations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ValidationDelegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateField(blank=True, null=True)),
                ("reason", models.TextField()),
                ("given_as", models.CharField(max_length=300)),
                ("given_at", models.DateTimeField()),
                ("ended_as", models.CharField(blank=True, max_length=300)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.TextField(blank=True)),
                (
                    "artefact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delegations", to="artefacts.artefact"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.seat"),
                ),
            ],
            options={
                "ordering": ["artefact", "given_at"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="publiccomment",
            name="public_comment_is_confirmed_before_anything_else",
        ),
        migrations.AddConstraint(
            model_name="publiccomment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_at__isnull", False),
                    models.Q(("hidden_at__isnull", True), ("released_at__isnull", True)),
                    _connector="OR",
                ),
                name="public_comment_is_confirmed_before_anything_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="publiccomment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number__isnull", False), ("released_at__isnull", False)),
                    models.Q(
                        ("answered_at__isnull", True),
                        ("number__isnull", True),
                        ("released_at__isnull", True),
                        ("released_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="public_comment_has_its_number_with_its_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="validationdelegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("ended_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="delegation_taken_back_by_somebody_with_why",
            ),
        ),
        append_only("artefacts_historicalvalidationdelegation"),
    ]
