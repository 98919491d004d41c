from django.apps import AppConfig


class ArtefactsConfig(AppConfig):
    name = "artefacts"
    label = "artefacts"
    verbose_name = "Artefacts"

    def ready(self) -> None:
        from artefacts.queries import on_seat_end  # models are there only now
        from sdwg import panels

        panels.provide("seat-end", on_seat_end)
