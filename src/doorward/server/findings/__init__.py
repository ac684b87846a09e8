"""Findings of Access Analyzer: resources that a change touched are looked at again, at once.

    audit trail → `Noting` (what did it touch?) → rows of `resource_scan`
                → `FindingsWorker` (look, and write what it comes to)

So nobody who changes a policy waits for a look, and no change is lost in a crash.
"""
