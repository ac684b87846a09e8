"""The types of IAM Access Analyzer: analyzers with their archive rules."""
