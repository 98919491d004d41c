from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "sdwg.members"
    label = "members"
    verbose_name = "Members and access"

    def ready(self) -> None:
        from sdwg.audit import verify
        from sdwg.mail import late
        from sdwg.members import adapter, invitations  # they need the models
        from sdwg.members.operations.leaving import why_no_mail
        from sdwg.members.queries import altered_constituencies

        late.provide(invitations.RULE, invitations.letter)
        late.provide(adapter.RESET, adapter.reset_letter)
        late.provide(adapter.CONFIRM, adapter.confirmation_letter)
        late.refuse(why_no_mail)
        verify.also(altered_constituencies)
