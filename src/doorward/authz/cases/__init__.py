"""Decision cases in files: what is asked under which policies, and what must come out.

The format is portable, so that any engine can be held to the same cases:
`docs/reference/cases.md`.
"""
