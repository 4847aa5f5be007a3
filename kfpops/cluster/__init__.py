"""Adapters: how the ports are answered by a real cluster. The only home of kubernetes, urllib3, boto3 and minio.

What must not live here: what an answer means (knowledge), what to make of it (diagnose), which adapter is chosen
(compose). Importing a module of this package loads no SDK: they are imported where they are used.
"""
