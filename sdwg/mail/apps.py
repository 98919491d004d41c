from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "sdwg.mail"
    label = "mail"
    verbose_name = "Outgoing mail"
