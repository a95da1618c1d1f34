"""A customer's own file."""
