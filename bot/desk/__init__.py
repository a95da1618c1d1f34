"""The agents' web app: queue, conversations, alarms, and what people look after themselves."""
