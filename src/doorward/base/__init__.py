"""Words every floor speaks: ARNs, errors, time, ids, limits, HTTP messages."""
