"""What runs inside Rasa's environment (Python 3.10): components, turn endpoint, tracker store, train and parse."""
