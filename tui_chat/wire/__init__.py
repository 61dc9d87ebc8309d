"""Formats of requests and answers, without I/O: encodes requests, decodes streams, errors and filter verdicts, and
masks secrets."""
