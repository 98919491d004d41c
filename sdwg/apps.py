from django.apps import AppConfig


class GroundConfig(AppConfig):
    """The project's own few tables: the clock's offset, bank holidays, heartbeats."""

    name = "sdwg"
    label = "sdwg"
    verbose_name = "Ground floor"
