"""Runs readers in child processes or on a Dask cluster, within limits."""
