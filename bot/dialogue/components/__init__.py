"""Our steps of Rasa's pipeline. None of them changes what the customer wrote."""
