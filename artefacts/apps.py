from django.apps import AppConfig


class ArtefactsConfig(AppConfig):
    name = "artefacts"
    label = "artefacts"
    verbose_name = "Artefacts"
