"""Reads pictures and scanned pages by OCR."""
