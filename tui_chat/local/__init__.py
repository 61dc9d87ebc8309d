"""The built-in model: finds a GGUF file and runs llama.cpp in a process of its own. A toy, and it says so."""
