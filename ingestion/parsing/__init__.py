"""Runs the readers within limits of time and memory.

`pool` chooses where: `sandbox` starts child processes, whose program is `sandbox_main`; `dask_cluster` uses the
workers of a Dask cluster.
"""
