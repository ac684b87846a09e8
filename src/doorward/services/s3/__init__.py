"""Amazon S3, enough to be worth protecting."""
