"""Reads PDF: lines, layout, tables, headings, hidden text."""
