"""How a client talks."""
