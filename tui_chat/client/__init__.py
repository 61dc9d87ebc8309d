"""HTTP: one request from connection to last byte.

Retries, time limits, TLS, key sources, and the endpoint check.
"""
