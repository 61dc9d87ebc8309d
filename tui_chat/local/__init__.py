"""The built-in model in a process of its own.

Finds a GGUF file and runs llama.cpp. The model is a toy, and says so.
"""
