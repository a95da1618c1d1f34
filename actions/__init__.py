"""What happens after an intent: thin actions that read the turn, call one feature and answer with a card."""
