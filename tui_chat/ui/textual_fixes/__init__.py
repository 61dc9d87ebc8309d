"""What works around faults of Textual 8.2. Each file names the version and the fault: it goes when the fault goes."""
