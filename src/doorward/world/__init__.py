"""What a decision reads: principals and their policies, resources, the organization tree."""
