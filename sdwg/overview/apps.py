from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "sdwg.overview"
    label = "overview"
    verbose_name = "Overview"

    def ready(self) -> None:
        from sdwg.audit import verify
        from sdwg.mail import late
        from sdwg.overview.outgoing import why_no_mail  # models are there only now
        from sdwg.overview.trail import altered_terms

        verify.also(altered_terms)
        late.refuse(why_no_mail)
