from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    label = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        from meetings.occasions import meeting_to_come  # models are there only now
        from meetings.queries import altered_packs, altered_rounds, on_artefact, on_marking, on_meeting, on_seat_end
        from sdwg import panels
        from sdwg.audit import verify
        from sdwg.members import occasions

        panels.provide("artefact", on_artefact)
        panels.provide("meeting", on_meeting)
        panels.provide("marking", on_marking)
        panels.provide("seat-end", on_seat_end)
        verify.also(altered_packs)
        verify.also(altered_rounds)
        occasions.provide("meeting", meeting_to_come)
