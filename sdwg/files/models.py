"""Stored files: what was uploaded or made, once per content, the text in it, and its pages as they are shown.

They know no marking; who may read them is asked above.
"""

import uuid

from django.db import models

from sdwg.members.models import Person


class StoredFile(models.Model):
    """Bytes in the private store, addressed by their SHA-256 and never changed.

    ``size`` is in bytes; ``page_sizes`` has width and height in points of each page, turned the way it is shown.
    ``stored_at`` is when the bytes were last handed in: the sweep leaves alone what is younger than a day.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    pages = models.PositiveIntegerField(null=True, blank=True)
    page_sizes = models.JSONField(default=list, blank=True)
    stored_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def path(self) -> str:
        """Where the bytes lie in the store."""
        return f"{self.sha256[:2]}/{self.sha256[2:]}"


class StagedUpload(models.Model):
    """A file that came with a form, kept for a day, so that a form refused for another reason does not lose it.

    ``token`` stands in the form for the file; it is worth nothing in the hands of anybody but ``person``.
    """

    token = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["made_at"]

    def __str__(self) -> str:
        return self.name


class TextState(models.TextChoices):
    """The text of a file is asked for, then read or given up; both are final."""

    WAITING = "waiting", "Being read"
    READ = "read", "Read"
    FAILED = "failed", "Could not be read"


class FileText(models.Model):
    """That the text of a stored PDF is wanted, and how far the worker is with it. It goes with the file.

    ``pages`` were read, ``blank`` of them without text (pictures, scans); ``trouble`` is a key of ``texts.TROUBLES``.
    ``leased_until`` is when it may be taken next: once a lease has run out, or a trouble that may pass is a day old.
    """

    stored = models.OneToOneField(StoredFile, primary_key=True, on_delete=models.CASCADE, related_name="text")
    state = models.CharField(max_length=8, choices=TextState.choices, default=TextState.WAITING, db_index=True)
    pages = models.PositiveIntegerField(default=0)
    blank = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=12, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True, unique=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Text of {self.stored_id}"


class PageText(models.Model):
    """The text of one page, in its lines; empty for a page without any. Read only by who may read the file."""

    of = models.ForeignKey(FileText, on_delete=models.CASCADE, related_name="page_texts")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["of", "number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_text_a_page")]

    def __str__(self) -> str:
        return f"Page {self.number}"


class PageImage(models.Model):
    """The picture of one page at one width, kept as a file of its own. It goes with the file it was made of.

    What is old or too much is removed, and made again when it is asked for.
    """

    of = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="page_images")
    number = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    image = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["of", "number"]
        constraints = [models.UniqueConstraint(fields=["of", "number", "width"], name="one_image_a_page_and_width")]

    def __str__(self) -> str:
        return f"Page {self.number}, {self.width} pixels wide"


class PageWords(models.Model):
    """The words of one page and their boxes, as ``page_reader`` tells them. Number 0 has the outline of the file."""

    of = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="page_words")
    number = models.PositiveIntegerField()
    found = models.JSONField()

    class Meta:
        ordering = ["of", "number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_set_of_words_a_page")]

    def __str__(self) -> str:
        return f"Words of page {self.number}"
