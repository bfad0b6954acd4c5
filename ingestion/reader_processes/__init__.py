"""Runs the readers within limits of time and memory.

`pool` chooses where: `sandbox` reads in child processes, which `reader_process` starts and whose program is
`sandbox_main`; `dask_cluster` uses the workers of a Dask cluster.
"""
