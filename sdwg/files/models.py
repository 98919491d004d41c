"""Stored files: what was uploaded or made, once per content. A file knows no marking; who may read it is asked above."""

from django.db import models


class StoredFile(models.Model):
    """Bytes in the private store, addressed by their SHA-256 and never changed.

    ``size`` is in bytes; ``page_sizes`` has width and height in points of each page, turned the way it is shown.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    pages = models.PositiveIntegerField(null=True, blank=True)
    page_sizes = models.JSONField(default=list, blank=True)
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def path(self) -> str:
        """Where the bytes lie in the store."""
        return f"{self.sha256[:2]}/{self.sha256[2:]}"
