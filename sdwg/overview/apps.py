from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "sdwg.overview"
    label = "overview"
    verbose_name = "Overview"

    def ready(self) -> None:
        from sdwg.audit import verify
        from sdwg.overview.trail import altered_terms  # models are there only now

        verify.also(altered_terms)
