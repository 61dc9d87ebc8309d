"""A loopback Azure for tests through the real client: see `service.Azure`."""
