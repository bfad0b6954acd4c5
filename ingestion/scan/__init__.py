"""Looks at the watched folder and its files. What must be done with the index is planned in `ingestion.sync`.

`disk_events` wakes the worker, `folder_scan` lists the files and says how long a comparison remains valid.
"""
