"""From a card (what is to be said) to each channel's text (how it is said there)."""
