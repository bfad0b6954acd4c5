"""Runs the readers within limits of time and memory.

`pool` chooses where: `sandbox` has child processes started by `reader_process`, whose program is `sandbox_main`; `dask_cluster` uses the
workers of a Dask cluster.
"""
