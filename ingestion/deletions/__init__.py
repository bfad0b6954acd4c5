"""Holds mass deletions until an administrator confirms them.

`guard` decides whether deletions wait; `folder_marker` proves that the folder is the one that was indexed.
"""
