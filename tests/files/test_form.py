"""A form never loses an upload; a file that is refused leaves nothing; a token is its owner's alone."""

from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from sdwg.files.forms import KeptFileField
from sdwg.files.models import StagedUpload, StoredFile
from sdwg.forms import Form
from tests.cast import Cast, make_pdf
from tests.files import hostile
from tests.files.conftest import kept


class UploadForm(Form):
    label = forms.CharField()
    file = KeptFileField(help_text="A PDF.")

    def __init__(self, *args: Any, person: Any, at: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].bind(person=person, at=at)  # type: ignore[attr-defined]


def sent(
    cast: Cast, who: str = "analyst", content: bytes | None = None, name: str = "asvs.pdf", **data: str
) -> UploadForm:
    files = {"file": SimpleUploadedFile(name, content)} if content is not None else {}
    return UploadForm(data, files, person=cast.person(who), at=cast.at)


def shown(form: UploadForm) -> str:
    return render_to_string("components/form.html", {"form": form, "submit": "Upload"})


def token_of(form: UploadForm) -> str:
    return str(form.fields["file"].widget.staged.token)  # type: ignore[attr-defined]


def test_a_form_that_was_never_sent_asks_for_a_pdf(cast: Cast) -> None:
    page = shown(UploadForm(person=cast.person("analyst"), at=cast.at))
    assert 'type="file"' in page
    assert 'accept=".pdf,application/pdf"' in page
    assert 'enctype="multipart/form-data"' in page
    assert "file-kept" not in page


def test_a_good_file_is_the_forms_value(cast: Cast) -> None:
    form = sent(cast, content=make_pdf(3), label="0.1")
    assert form.is_valid()
    assert form.cleaned_data["file"].stored.pages == 3
    assert form.cleaned_data["file"].name == "asvs.pdf"


def test_a_form_refused_for_another_reason_keeps_the_file_and_takes_it_by_its_token(cast: Cast) -> None:
    refused = sent(cast, content=make_pdf(2), label="")
    assert set(refused.errors) == {"label"}
    page = shown(refused)
    assert "asvs.pdf," in page
    assert "2 pages – kept; choose another to replace it" in page
    assert f'name="file-kept" value="{token_of(refused)}"' in page

    again = sent(cast, label="0.1", **{"file-kept": token_of(refused)})
    assert again.is_valid()
    assert again.cleaned_data["file"].name == "asvs.pdf"
    assert again.cleaned_data["file"].stored.pages == 2


def test_another_file_replaces_the_one_that_was_kept(cast: Cast) -> None:
    refused = sent(cast, content=make_pdf(2), label="")
    refused.is_valid()
    again = sent(cast, content=make_pdf(5), name="b.pdf", label="0.1", **{"file-kept": token_of(refused)})
    assert again.is_valid()
    assert (again.cleaned_data["file"].name, again.cleaned_data["file"].stored.pages) == ("b.pdf", 5)


def test_a_token_is_worth_nothing_to_anybody_else(cast: Cast) -> None:
    refused = sent(cast, content=make_pdf(), label="")
    refused.is_valid()
    stolen = sent(cast, who="partner", label="0.1", **{"file-kept": token_of(refused)})
    assert stolen.errors["file"] == ["The file is no longer kept. Choose it again."]
    assert "asvs.pdf" not in shown(stolen)


@pytest.mark.parametrize("token", ["0b0f9d3e-5a1c-4b8e-9f57-2f7c3c1d6a10", "nonsense", "\x00", "' OR 1=1"])
def test_a_token_that_is_none_asks_for_the_file_again(cast: Cast, token: str) -> None:
    assert sent(cast, label="0.1", **{"file-kept": token}).errors["file"] == [
        "The file is no longer kept. Choose it again."
    ]


def test_no_file_is_asked_for_in_a_sentence(cast: Cast) -> None:
    assert sent(cast, label="0.1").errors["file"] == ["Choose a file."]


def test_a_refused_file_leaves_nothing_and_its_sentence_stands_beside_the_field(cast: Cast, store: Path) -> None:
    form = sent(cast, content=hostile.encrypted(), label="0.1")
    assert form.errors["file"] == [
        "This PDF is encrypted. Save it without a password or restrictions, and upload that."
    ]
    assert "file-kept" not in shown(form)
    assert kept(store) == []
    assert not StoredFile.objects.exists()
    assert not StagedUpload.objects.exists()


def test_a_store_that_does_not_work_is_a_sentence_too(cast: Cast, settings: Any, store: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "tests.files.test_store.Full", "OPTIONS": {"location": store}},
    }
    form = sent(cast, content=make_pdf(), label="0.1")
    assert "the file store does not take it just now" in form.errors["file"][0]


def test_a_hostile_name_is_shown_as_text(cast: Cast) -> None:
    refused = sent(cast, content=make_pdf(), name='<img src=x onerror="alert(1)">.pdf', label="")
    assert "<img" not in shown(refused)


def test_nobody_uploads_nothing(cast: Cast) -> None:
    form = UploadForm({"label": "x"}, {"file": SimpleUploadedFile("a.pdf", make_pdf())}, person=None, at=cast.at)
    assert form.errors["file"] == ["Sign in to upload a file."]


def test_more_than_the_limit_is_never_read(settings: Any, rf: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 100_000
    sent_file = SimpleUploadedFile("big.pdf", b"%PDF-1.7" + bytes(3_000_000))
    request = rf.post("/", {"file": sent_file, "label": "0.1"})
    assert 100_000 < request.FILES["file"].size < 400_000
    assert request.POST["label"] == "0.1"
