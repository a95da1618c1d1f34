"""Field-service tickets and their promises."""
