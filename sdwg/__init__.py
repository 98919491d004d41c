"""SDWG: the working record of the Security Design Working Group."""

from sdwg.celery import app as celery_app

__all__ = ["celery_app"]
