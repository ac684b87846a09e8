"""S3 Control: what accounts say of public access, and access points."""
