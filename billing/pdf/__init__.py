"""Invoices and credit notes as PDF files."""

from billing.pdf.invoices import attachment, draw, file_name

__all__ = ["attachment", "draw", "file_name"]
