"""What a message says, and that no text can make it say more."""

from email import message_from_bytes, policy

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from sdwg.mail.rendering import LONGEST_SUBJECT, absolute, render, subject_line

ANY_TEXT = st.text(st.characters(codec=None), max_size=400)
SENTENCE = "Please state your position on <Key & ceremony> by Friday 8 January 2027, 17:00."


@given(ANY_TEXT)
def test_no_text_in_a_subject_becomes_a_header(text: str) -> None:
    line = subject_line(text, "TLP:AMBER")
    sent = EmailMessage(line, "body", "a@sdwg.example", ["b@sdwg.example"]).message().as_bytes()
    parsed = message_from_bytes(sent, policy=policy.default)
    assert set(parsed.keys()) == {
        "Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID",
    }  # fmt: skip
    assert parsed.get_content() == "body\n" or parsed.get_content() == "body"
    assert line.isprintable()


@given(ANY_TEXT, st.sampled_from(["", "TLP:CLEAR", "TLP:AMBER+STRICT", "TLP:RED"]))
def test_every_subject_begins_with_group_and_marking_and_is_one_short_line(text: str, marking: str) -> None:
    line = subject_line(text, marking)
    assert line.startswith(f"[SDWG] [{marking}]" if marking else "[SDWG]")
    assert len(line) <= LONGEST_SUBJECT
    assert len(line.splitlines()) == 1
    assert subject_line(text, marking) == line


def test_a_line_end_in_a_title_becomes_a_blank() -> None:
    assert subject_line("Pack\r\nBcc: all@sdwg.example", "TLP:GREEN") == "[SDWG] [TLP:GREEN] Pack Bcc: all@sdwg.example"


def test_a_text_direction_mark_is_dropped() -> None:
    assert subject_line("Pack \u202e21\u00ad\u2066") == "[SDWG] Pack 21"


def test_the_text_reads_as_it_was_written_and_the_html_escapes_it() -> None:
    rendered = render("notice", {"sentence": SENTENCE, "more": "", "link": "/decisions/4/"}, marking="TLP:AMBER")
    assert SENTENCE in rendered.text
    assert "&lt;Key &amp; ceremony&gt;" in rendered.html
    assert "<Key" not in rendered.html


def test_there_is_one_link_with_our_address_in_both_forms() -> None:
    rendered = render("notice", {"sentence": SENTENCE, "link": "/decisions/4/"})
    whole = f"{settings.SITE_URL}/decisions/4/"
    assert rendered.text.count("http") == 1
    assert whole in rendered.text
    assert rendered.html.count("href=") == 1
    assert f'href="{whole}"' in rendered.html


def test_the_marking_stands_first_and_last() -> None:
    lines = render("notice", {"sentence": SENTENCE}, marking="TLP:RED").text.strip().splitlines()
    assert lines[0] == lines[-1] == "TLP:RED"


@given(ANY_TEXT.filter(lambda text: not any(0xD800 <= ord(char) < 0xE000 for char in text)))
def test_no_text_opens_a_tag(text: str) -> None:
    plain = render("notice", {"sentence": "x", "more": "x"}).html
    html = render("notice", {"sentence": text, "more": f"{text} x"}).html
    unwrapped = html.replace("<br>", "").replace("<p>", "").replace("</p>", "")
    assert unwrapped.count("<") == plain.replace("<br>", "").replace("<p>", "").replace("</p>", "").count("<")


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "/a b",
        "/a\nb",
        f"{settings.SITE_URL}.evil.example/",
    ],
)
def test_a_link_that_is_not_ours_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="no link of ours"):
        absolute(link)


def test_a_path_of_ours_becomes_whole() -> None:
    assert absolute("/meetings/12/?page=3") == f"{settings.SITE_URL}/meetings/12/?page=3"
    assert absolute("") == ""
