"""`doorward alarms`: the alarms that benchmarks ask for, installed over the wire."""
