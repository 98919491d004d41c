from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sdwg.audit import anchor, chain, verify


class Command(BaseCommand):
    help = "Verify the audit chain, the history it covers, the rows it tells of and the sealed reads."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            anchored = anchor.newest()
        except ValueError as error:
            raise CommandError(str(error)) from error
        found = list(verify.breaks(anchored))
        for sentence in found:
            self.stderr.write(sentence)
        seq, head = chain.head()
        if found:
            raise CommandError(
                f"The audit trail does not hold: {len(found)} break{'s'[: len(found) != 1]} in {seq} events."
            )
        outside = f"anchored up to event {anchored[0]}" if anchored else "no anchored head yet"
        self.stdout.write(f"The audit trail holds: {seq} events, head {head[:16]}, {outside}.")
