from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "escalations"
    label = "escalations"
    verbose_name = "Issues and the DAG"
