"""The processes of one installation: the supervisor that starts them, and what the doctor looks at."""
