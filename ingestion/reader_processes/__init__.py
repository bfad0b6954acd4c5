"""Runs the readers within limits of time and memory.

`pool` chooses where: `sandbox_pool` reads in child processes, which `reader_process` starts and whose program is
`reader_server`; `dask_cluster` uses the workers of a Dask cluster.
"""
