"""The field for a file in a form. A form that is refused for another reason never loses the file that came with it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from sdwg.files import operations, tables
from sdwg.files.models import StagedUpload
from sdwg.members.models import Person

Given = tuple["File[bytes] | None", str]
"""What came with the form: a new file, and the token of one that came before."""


class KeptFileInput(forms.FileInput):
    """The input for a file and, once one is kept, its name and the hidden token that stands for it."""

    template_name = "files/kept_file.html"
    accept = ".pdf,application/pdf"
    staged: StagedUpload | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Given:
        return files.get(name), str(data.get(f"{name}-kept", ""))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in files and f"{name}-kept" not in data

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, None, attrs)
        context["widget"]["attrs"]["accept"] = self.accept
        return {**context, "staged": self.staged, "kept_name": f"{name}-kept"}


class KeptFileField(forms.Field):
    """A PDF. ``cleaned_data`` holds a ``StagedUpload``: its ``stored`` is the ``StoredFile``, its ``name`` the file's.

    The form's constructor says who uploads, and when::

        self.fields["file"].bind(person=actor.person, at=actor.at)

    A good file is kept for a day from the moment the form is checked, so check it outside the transaction of the act
    (``sdwg.web.perform`` does). A bad one is refused with its sentence, and nothing of it is kept. The token of a file
    that is kept is worth nothing to anybody else. The form's template needs ``enctype="multipart/form-data"``;
    ``components/form.html`` sees to it.
    """

    widget: type[KeptFileInput] = KeptFileInput
    default_error_messages = {"required": "Choose a file.", "gone": "The file is no longer kept. Choose it again."}

    _person: Person | None = None
    _at: datetime | None = None

    def bind(self, *, person: Person | None, at: datetime) -> None:
        """Files that come are ``person``'s, of the moment ``at``. Nobody (None) can upload nothing."""
        self._person, self._at = person, at

    def has_changed(self, initial: object, data: Given | None) -> bool:
        return any(data or ())

    def clean(self, value: Given) -> StagedUpload | None:
        upload, token = value
        if self._person is None or self._at is None:
            raise ValidationError("Sign in to upload a file.")
        self.widget.staged = None
        if upload is None and not token:
            self.validate(None)
            return None
        staged = self._stage(upload, self._person, self._at) if upload else self._staged(token, self._person, self._at)
        self.widget.staged = staged
        return staged

    def inspector(self, path: Path, *, name: str) -> operations.Inspection:
        """What a new file is; raises ``Unacceptable``."""
        return operations.inspect(path, name=name)

    def _stage(self, upload: "File[bytes]", person: Person, at: datetime) -> StagedUpload:
        try:
            return operations.stage(upload, name=upload.name or "", person=person, at=at, inspector=self.inspector)
        except operations.Unacceptable as refusal:
            raise ValidationError(str(refusal), code="unacceptable") from refusal
        except OSError as trouble:
            raise ValidationError(
                "The file could not be kept: the file store does not take it just now. Nothing was changed. "
                "Try again in a while; if it stays so, tell the secretariat.",
                code="storage",
            ) from trouble

    def _staged(self, token: str, person: Person, at: datetime) -> StagedUpload:
        try:
            found = operations.staged(uuid.UUID(token), person=person, at=at)
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(self.error_messages["gone"], code="gone")
        return found


class TableInput(KeptFileInput):
    """The input for a table."""

    accept = f".xlsx,.csv,{tables.XLSX},{tables.CSV}"


class TableField(KeptFileField):
    """A table with these headings, as a workbook or as CSV; the rows are read from it by ``tables.read``."""

    widget = TableInput

    def __init__(self, *, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.header = header

    def inspector(self, path: Path, *, name: str) -> operations.Inspection:
        return tables.inspect(path, name=name, header=self.header)
