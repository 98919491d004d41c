from django.apps import AppConfig


class ArtefactsConfig(AppConfig):
    name = "artefacts"
    label = "artefacts"
    verbose_name = "Artefacts"

    def ready(self) -> None:
        from artefacts import industry  # models are there only now
        from artefacts.queries import altered_public_comments, on_seat_end
        from sdwg import panels
        from sdwg.audit import verify
        from sdwg.mail import late

        panels.provide("seat-end", on_seat_end)
        verify.also(altered_public_comments)
        for rule in industry.RULES:
            late.provide(rule, industry.letter)
