"""The engines that are compared: each module has `engine(workload)`, which may raise `Absent`."""
