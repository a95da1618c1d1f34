"""The demo phone: what customers by SMS would see on this machine. Mounted in demo mode only."""
