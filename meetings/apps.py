from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    label = "meetings"
    verbose_name = "Meetings"

    def ready(self) -> None:
        from meetings import guests
        from meetings.occasions import meeting_to_come  # models are there only now
        from meetings.queries import (
            altered_guests,
            altered_packs,
            altered_rounds,
            on_artefact,
            on_marking,
            on_meeting,
            on_meeting_actions,
            on_register,
            on_seat_end,
            on_seat_end_actions,
            on_thing,
        )
        from sdwg import panels
        from sdwg.audit import verify
        from sdwg.mail import late
        from sdwg.members import occasions

        panels.provide("artefact", on_artefact)
        panels.provide("artefact", on_thing)
        panels.provide("decision", on_thing)
        panels.provide("meeting", on_meeting)
        panels.provide("meeting", on_meeting_actions)
        panels.provide("marking", on_marking)
        panels.provide("register", on_register)
        panels.provide("seat-end", on_seat_end)
        panels.provide("seat-end", on_seat_end_actions)
        verify.also(altered_packs)
        verify.also(altered_rounds)
        verify.also(altered_guests)
        occasions.provide("meeting", meeting_to_come)
        for rule in guests.RULES:
            late.provide(rule, guests.letter)
