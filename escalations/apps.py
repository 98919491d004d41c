from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "escalations"
    label = "escalations"
    verbose_name = "Issues and the DAG"

    def ready(self) -> None:
        from escalations.queries import altered_dossiers, held, on_artefact, on_decision  # models are there only now
        from sdwg import holds, panels
        from sdwg.audit import verify

        panels.provide("artefact", on_artefact)
        panels.provide("decision", on_decision)
        holds.provide("artefact", held)
        verify.also(altered_dossiers)
