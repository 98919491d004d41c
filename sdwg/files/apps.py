from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "sdwg.files"
    label = "files"
    verbose_name = "Files"
