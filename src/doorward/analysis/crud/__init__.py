"""Templates that name resources by what is done to them, in the form of policy_sentry.

https://policy-sentry.readthedocs.io/en/latest/user-guide/write-policy/
"""
