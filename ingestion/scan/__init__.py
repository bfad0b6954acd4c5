"""Looks at the folder and plans what must be done with the index.

`disk_events` wakes the worker, `folder_scan` lists the files and says how long a comparison remains valid, `planner`
makes the operations.
"""
