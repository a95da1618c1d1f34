"""Bills, balances, usage and payments."""
