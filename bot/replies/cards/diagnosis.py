"""Finding out what is wrong."""
