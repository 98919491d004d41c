from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sdwg.audit"
    label = "audit"
    verbose_name = "Audit trail"
