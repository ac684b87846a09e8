"""From a request of any service to the actions and resources it is authorized on."""
