"""What drives a stack, step by step, until the operation on it has ended one way or another.

Every step is written down before it begins and when it is done, so that a process that was cut off
takes the work up where it stopped.
"""
