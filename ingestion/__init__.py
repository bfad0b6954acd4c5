"""The ingestion worker: keeps the index equal to the watched folder.

`__main__` reads the command line, `commands` runs it, `status_report` words the results, and `service` is the loop of
`watch`. A file goes through `scan`, `access`, `deletions`, `sync`, `reader_processes`, `readers` and `embedding`;
`rollout` builds the next index.
"""
