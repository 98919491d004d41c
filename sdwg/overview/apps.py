from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "sdwg.overview"
    label = "overview"
    verbose_name = "Overview"
