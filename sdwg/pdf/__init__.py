"""Rendering and assembly of the documents that leave the program (4-documents.md)."""

import logging

logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # it reports every page of every document
logging.getLogger("pikepdf").setLevel(logging.WARNING)  # it reports its own arrival
