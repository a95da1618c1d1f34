"""The customer's page and the JSON it speaks."""
