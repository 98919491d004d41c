from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "sdwg.members"
    label = "members"
    verbose_name = "Members and access"
