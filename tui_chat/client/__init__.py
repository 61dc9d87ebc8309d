"""HTTP: one request from connection to last byte.

Retries, time limits, TLS, keys from where they are kept, and the check of an endpoint.
"""
