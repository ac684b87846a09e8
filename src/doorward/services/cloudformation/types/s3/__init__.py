"""The types of S3: buckets and their policies."""
