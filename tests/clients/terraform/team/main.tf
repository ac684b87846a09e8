# Access of a small team, as one would write it for AWS; the test applies, plans and destroys it.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "root-key-id"
  secret_key                  = "root-secret"
  s3_use_path_style           = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = false
  endpoints {
    iam = var.endpoint
    s3  = var.endpoint
    sts = var.endpoint
  }
}

data "aws_caller_identity" "now" {}

resource "aws_iam_policy" "read" {
  name   = "read-reports"
  path   = "/team/"
  policy = data.aws_iam_policy_document.read.json
  tags   = { team = "reports" }
}

data "aws_iam_policy_document" "read" {
  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.reports.arn]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["$${aws:username}/*"]
    }
  }
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${aws_s3_bucket.reports.arn}/*"]
  }
}

resource "aws_iam_user" "alice" {
  name                 = "alice"
  path                 = "/team/"
  permissions_boundary = aws_iam_policy.read.arn
  force_destroy        = true
  tags                 = { team = "reports" }
}

resource "aws_iam_access_key" "alice" {
  user = aws_iam_user.alice.name
}

resource "aws_iam_group" "team" {
  name = "team"
}

resource "aws_iam_group_policy_attachment" "team" {
  group      = aws_iam_group.team.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_user_group_membership" "alice" {
  user   = aws_iam_user.alice.name
  groups = [aws_iam_group.team.name]
}

resource "aws_iam_role" "job" {
  name                 = "job"
  max_session_duration = 7200
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com", AWS = aws_iam_user.alice.arn }
      Condition = { StringEquals = { "sts:ExternalId" = "42" } }
    }]
  })
}

resource "aws_iam_role_policy" "job" {
  name   = "write"
  role   = aws_iam_role.job.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = "s3:PutObject", Resource = "${aws_s3_bucket.reports.arn}/*" }
  })
}

resource "aws_iam_role_policy_attachment" "job" {
  role       = aws_iam_role.job.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_instance_profile" "job" {
  name = "job"
  role = aws_iam_role.job.name
}

resource "aws_s3_bucket" "reports" {
  bucket = "reports-of-the-team"
  tags   = { team = "reports" }
}

resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "reports" {
  bucket = aws_s3_bucket.reports.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_policy" "reports" {
  bucket     = aws_s3_bucket.reports.id
  depends_on = [aws_s3_bucket_public_access_block.reports]
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTheJob"
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.job.arn }
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.reports.arn}/*"
    }]
  })
}

resource "aws_s3_object" "hello" {
  bucket     = aws_s3_bucket.reports.id
  key        = "alice/hello.txt"
  content    = "hello"
  depends_on = [aws_s3_bucket_versioning.reports]
}

output "account" { value = data.aws_caller_identity.now.account_id }
