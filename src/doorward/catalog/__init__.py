"""What exists in AWS: actions, resource types, condition keys, managed policies."""
