"""IAM Access Analyzer; one module for each noun, as other services have it.

- `validation`, `access_checks`, `public_checks`: what is said of policies that a request brings
- `analyzers`, `findings`, `archive_rules`, `previews`, `tags`: what is kept about resources
- `generation`: policies made from what was done

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/Welcome.html
"""
