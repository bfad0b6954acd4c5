"""Backup and restore of what cannot be made anew from the folder: `python -m knowledge backup | restore`.

- archive reads and writes the file; kept_records says what is in it and takes it out of Qdrant; restore puts it back.
"""
