"""The ways in and out: each channel checks who is calling and speaks its own wire format, nothing else."""
