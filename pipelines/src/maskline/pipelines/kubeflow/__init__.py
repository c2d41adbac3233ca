"""Pipelines, runs and schedules on a Kubeflow Pipelines server.

It speaks with the server through `kfp_server_api`, the part of the kfp SDK that is generated from the server's own API,
and not through `kfp.Client`, which reads a namespace and a cookie from the home folder, writes there, waits half a
minute before it says that nobody answers, and refuses to schedule the latest version of a pipeline.
"""
