"""One turn from prompt to saved answer, and the conversation that is open. No Textual."""
