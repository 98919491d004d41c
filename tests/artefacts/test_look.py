"""The pages of artefacts in a browser: read by axe and looked at for width, by those who see most and least of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from artefacts import industry, operations
from artefacts.models import PublicComment
from artefacts.states import Answer, Marking, Word
from tests.artefacts import make
from tests.artefacts.test_changes import FIRST, SECOND
from tests.artefacts.test_settling import answer_to, answered_all, three_proposed
from tests.cast import Cast
from tests.decisions.test_look import look_as
from tests.screens.conftest import Screens, screens  # noqa: F401

pytestmark = pytest.mark.browser
ONE = "/artefacts/SDWG-ART-001/"
LONG = "Every certificate that a party has issued to it shall be renewed before it expires, whoever holds it. " * 4


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def test_an_open_consultation(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    window = make.consultation(cast, title="Interface Code of Connection for Parties of Every Size", author="idno")
    make.comment(cast, window, text=LONG, quoted=LONG, proposed_change=LONG, section="Annex B, table 4")
    operations.return_nil(actor=cast.actor("agent"), consultation=window)
    review = f"{ONE}0.1/review/"
    assert look_as(screens, "idno", ONE, review, "/consultations/", "/artefacts/") == []
    assert look_as(screens, "agent", review) == []
    assert look_as(screens, "chair", ONE, f"{ONE}0.1/consultation/close/", f"{ONE}withdraw/") == []
    assert look_as(screens, "observer", ONE, "/consultations/") == []


def test_answers_and_assessment(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    artefact = make.resolving(cast, recommendations=[make.recommendation(1)])
    first, second, _ = artefact.versions.get().comments.all()
    analyst = cast.actor("analyst")
    operations.propose_disposition(actor=analyst, comment=first, answer=Answer.REJECTED, reason=LONG)
    given = operations.propose_disposition(actor=analyst, comment=second, answer=Answer.ACCEPTED)
    operations.validate_disposition(actor=cast.actor("chair"), disposition=given)
    make.principles(3)
    answers, cells = f"{ONE}0.1/dispositions/", f"{ONE}0.1/assessment/"
    assert look_as(screens, "analyst", ONE, answers, f"{answers}?change=1", cells, f"{ONE}upload/") == []
    assert look_as(screens, "chair", ONE, answers, cells) == []
    make.recommendation(2)
    assert look_as(screens, "idno", "/recommendations/", "/principles/", f"{ONE}0.1/review/") == []


def test_answers_settled(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    version = three_proposed(cast)
    why = f"Not in 5.2. {LONG}"
    operations.contest(actor=cast.actor("medium-supplier"), disposition=answer_to(version, 1), why=why)
    answers = f"{ONE}0.1/dispositions/"
    assert look_as(screens, "chair", answers, f"{ONE}0.1/consultation/extend/", f"{ONE}delegate/") == []
    make.delegated(cast, version.artefact)
    assert look_as(screens, "chair", f"{ONE}?delegated", f"{ONE}delegate/end/") == []
    assert look_as(screens, "architect", f"{ONE}?delegate", f"{answers}?delegate") == []
    operations.validate_uncontested(actor=cast.actor("chair"), version=version)
    said = answer_to(version, 2).comment
    operations.say_last_word(actor=cast.actor("large-supplier"), comment=said, word=Word.MAINTAINED, text=LONG)
    assert look_as(screens, "medium-supplier", answers, f"{answers}?contest=1", "/") == []
    assert look_as(screens, "analyst", f"{answers}?same=2") == []


def test_what_a_version_resolves_and_what_is_rechecked(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    version = answered_all(cast)
    make.assessed(cast, version.artefact)
    make.version(cast, version.artefact)
    assert look_as(screens, "analyst", f"{ONE}0.2/resolves/", f"{ONE}0.2/assessment/", ONE) == []
    assert look_as(screens, "idno", f"{ONE}0.2/assessment/", f"{ONE}0.1/dispositions/?show=todo") == []


def test_comments_from_a_table_and_the_log_of_them(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    window = make.consultation(cast, title="Interface Code of Connection for Parties of Every Size")
    make.comment(cast, window, "idno", text=LONG, quoted=LONG, proposed_change=LONG, section="Annex B, table 4")
    make.comment(cast, window, text=LONG)
    new = ("", "5.3.2", "2", "shall be renewed", "Question", "Low", LONG, "may be renewed")
    changed = ("1", "Annex B, table 4", "1", "", "Technical", "High", "Shorter.", "")
    good = make.comment_table(cast, window, new, changed, ("", "", "", "", "", "", "مرحبا بالعالم", ""))
    bad = make.comment_table(
        cast, window, new, ("2", "", "", "", "", "", "Mine?", ""), ("", "", "9", "", "", "", "", "")
    )
    table, review = f"{ONE}0.1/table/", f"{ONE}0.1/review/"
    assert look_as(screens, "idno", table, f"{table}{good.token}/", f"{table}{bad.token}/", review) == []
    operations.return_nil(actor=cast.actor("agent"), consultation=window)
    assert look_as(screens, "agent", f"{ONE}comments/", f"{ONE}0.1/comments/", ONE) == []
    make.pass_to(cast, window.closes_at)
    assert look_as(screens, "idno", f"{table}{good.token}/") == []


def test_registers_and_their_matrices(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    chair, analyst = cast.actor("chair"), cast.actor("analyst")
    entries = [make.recommendation(number) for number in range(1, 9)]
    areas = [make.area(number) for number in range(1, 4)]
    words = {
        "text": f"Every party connects alike. {LONG}",
        "source": "AWG architecture recommendations, issue 2, clause 4",
    }
    operations.reword(actor=analyst, entry=entries[0], words=words, reason="The AWG issued it anew.")
    operations.rescope(actor=chair, entry=entries[6], in_scope=False, reason=f"A matter of the codes. {LONG}")
    operations.retire(actor=analyst, entry=entries[7], reason="The AWG withdrew it.")
    make.approved(cast, title="Interface Code of Connection", recommendations=entries[:2], areas=areas[:1])
    for number in range(10):
        title = f"Security Monitoring and Response, Part {number}"
        make.version(cast, title=title, recommendations=entries[number % 5 : number % 5 + 1], areas=areas[:2])
    make.registered(cast, title="Incident Management")
    principle = make.principles(3)[0]
    operations.retire(actor=analyst, entry=principle, reason="Said elsewhere.")
    one, matrix = "/recommendations/AWG-R-01/", "/recommendations/matrix/"
    assert look_as(screens, "analyst", "/recommendations/", "/design-areas/", one, f"{one}artefacts/") == []
    assert (
        look_as(screens, "analyst", f"{one}reword/", f"{ONE}links/", "/design-areas/add/", "/recommendations/import/")
        == []
    )
    assert look_as(screens, "idno", matrix, "/design-areas/matrix/", f"{matrix}?show=gap", "/design-areas/DA-03/") == []
    assert (
        look_as(screens, "chair", f"{one}scope/", "/recommendations/AWG-R-07/", "/principles/", "/principles/P-01/")
        == []
    )


def test_what_is_new_and_what_is_over(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    make.approved(cast, conditional=True)
    make.version(cast, title="Threat Model", marking=Marking.RED, people=["idno"])
    make.registered(cast, title="Incident Management")
    two, three = ONE.replace("001", "002"), ONE.replace("001", "003")
    assert look_as(screens, "analyst", ONE, two, three, "/artefacts/register/", f"{three}upload/") == []
    assert look_as(screens, "secretariat", two, f"{two}0.1/consultation/", "/artefacts/?state=draft") == []
    assert look_as(screens, "observer", ONE, "/artefacts/") == []


def test_what_changed(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    first = make.version(cast, texts=(*FIRST, "4 Annex\nIt holds forms.", ""))
    window = make.consultation(cast, first)
    make.comment(cast, window, page=2, section="2", text=LONG, proposed_change=LONG)
    make.comment(cast, window, page=3, section="3")
    one = make.principles(1)[0]
    analyst = cast.actor("analyst")
    operations.assess(actor=analyst, version=first, principles={one.pk: ("aligned", "")}, impacts={})
    second = make.version(cast, first.artefact, texts=(*SECOND, ""))
    operations.assess(actor=analyst, version=second, principles={one.pk: ("departs", LONG)}, impacts={})
    cast.client("idno").get(f"{ONE}0.1/file/")
    changes = f"{ONE}changes/"
    assert look_as(screens, "idno", changes) == []
    operations.read_texts()
    make.version(cast, title="Threat Model")
    other = f"{ONE.replace('001', '002')}changes/"
    assert look_as(screens, "idno", changes, ONE, f"{ONE}0.2/review/", other) == []


def test_who_may_read_it_and_who_writes_it(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    version = make.version(cast, marking=Marking.RED, people=["idno", "agent"])
    people = [cast.person("idno"), cast.person("grid")]
    marking = f"{ONE}0.1/marking/"
    assert look_as(screens, "chair", marking, f"{ONE}hand-over/") == []
    operations.remark(actor=cast.actor("chair"), version=version, marking=Marking.RED, people=people, reason=LONG[:300])
    assert look_as(screens, "analyst", marking, ONE) == []
    assert look_as(screens, "idno", marking) == []


def test_what_the_wider_industry_sees_and_what_it_said(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    window = make.public_window(cast, title="Interface Code of Connection for Parties of Every Size", author="idno")
    make.comment(cast, window, text=LONG)
    make.from_industry(cast, window, name="Outside Reader of a Trade Body", text=LONG, proposed_change=LONG)
    answer = {"answer": Answer.PART, "reason": LONG}
    operations.answer_public_comment(actor=cast.actor("idno"), comment=PublicComment.objects.get(), **answer)
    make.from_industry(cast, window, organisation="", section="Annex B, table 4", text="Which release?")
    hidden = make.from_industry(cast, window, text="Insults")
    operations.hide_public_comment(actor=cast.actor("chair"), comment=hidden, reason="Insults, and no comment.")
    asked = make.sent_in(cast, window, text=LONG)
    confirm = reverse("public-comment-confirm", args=[industry.confirming_secret(asked.nonce)])
    answers, public = f"{ONE}0.1/dispositions/?show=industry", "/public/consultations/"
    here = f"{public}SDWG-ART-001/"
    assert look_as(screens, "", "/", public, here, confirm, f"{public}sent/", f"{public}confirmed/") == []
    assert look_as(screens, "idno", answers, f"{ONE}0.1/review/", ONE) == []
    hide, switch = f"{ONE}0.1/industry/2/hide/", f"{ONE}0.1/consultation/public/"
    assert look_as(screens, "chair", f"{ONE}0.1/dispositions/", hide, switch, f"{ONE}0.1/comments/", ONE) == []
    waits = make.held_from_industry(cast, window, name="Reader of a University Department of Long Names", text=LONG)
    make.held_from_industry(cast, window, organisation="", text="Which years?")
    refused = make.held_from_industry(cast, window, text="Insults", proposed_change="")
    operations.refuse_public_comment(actor=cast.actor("secretariat"), comment=refused, reason=LONG)
    release = f"{ONE}0.1/release/"
    assert look_as(screens, "secretariat", release, f"{release}{waits.pk}/refuse/", ONE) == []
    assert look_as(screens, "chair", f"{release}?chair") == []
    make.version(cast, marking=Marking.CLEAR, title="Another")
    assert look_as(screens, "secretariat", f"{ONE.replace('001', '002')}0.1/consultation/") == []
    make.pass_to(cast, window.closes_at)
    assert look_as(screens, "", f"{public}?after", f"{here}?after") == []
