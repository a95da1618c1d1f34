"""The SMS channel: one interface to every carrier, what a text may be, and who is answered."""
