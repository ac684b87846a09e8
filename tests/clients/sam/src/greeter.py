"""A function that is deployed and never called."""


def handle(event, context):
    return f"hello {event}"
