"""Reads pictures and scanned pages by OCR, and draws a page as a picture."""
