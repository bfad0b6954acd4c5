"""Reads files into elements with pages and headings, and splits these into passages.

A folder for each family of formats; `formats.py` lists them all.
"""
