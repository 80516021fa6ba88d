"""How events are kept: append, order, keys, the embedded server, settings."""
