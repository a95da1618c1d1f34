"""What runs inside Rasa's environment (Python 3.10): components, the turn endpoint, the tracker store, train and parse."""
