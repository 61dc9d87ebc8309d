"""Formats of requests and answers, without I/O.

Requests are made here, streams decoded, errors and verdicts of the content filter understood, secrets masked.
"""
