from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    label = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        from meetings.queries import on_artefact, on_meeting  # models are there only now
        from sdwg import panels

        panels.provide("artefact", on_artefact)
        panels.provide("meeting", on_meeting)
