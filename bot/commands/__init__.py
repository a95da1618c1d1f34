"""What the commands of the front door do."""
