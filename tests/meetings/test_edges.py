"""The rules of packs at their edges: the states that only one line of each rule is about."""

import pytest

from meetings import operations
from meetings.rules import packs as rules
from sdwg.members.access import NotNow, Refused
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.meetings import make


def test_no_pack_goes_out_for_a_meeting_that_began_without_one(cast: Cast) -> None:
    meeting = make.with_agenda(cast)
    pack = operations.order_pack(actor=cast.actor("secretariat"), meeting=meeting)
    pass_to(cast, meeting.starts_at)
    operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="It was not ready.")
    pack = type(pack).objects.get(pk=pack.pk)
    with pytest.raises(NotNow, match="no pack is circulated for it"):
        rules.check_can_circulate(cast.actor("secretariat"), pack, pack.inputs)


def test_before_it_is_built_there_is_nothing_to_read(cast: Cast) -> None:
    meeting = make.with_agenda(cast)
    pack = operations.order_pack(actor=cast.actor("secretariat"), meeting=meeting)
    with pytest.raises(NotNow, match="the pack is not built"):
        rules.check_can_read_pack(cast.actor("secretariat"), pack)
    with pytest.raises(Refused, match="has not been circulated"):
        rules.check_can_read_pack(cast.actor("idno"), pack)
