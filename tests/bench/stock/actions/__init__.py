"""The one action of the stock bot: a fixed sentence, so that the bench measures the turn and nothing else."""

from rasa_sdk import Action


class ActionAnswer(Action):
    def name(self):
        return "action_answer"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="a fixed answer")
        return []
