# An organization as one would write it for AWS; the test applies, plans and destroys it.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }

provider "aws" {
  region                  = "us-east-1"
  access_key              = "root-key-id"
  secret_key              = "root-secret"
  skip_metadata_api_check = true
  skip_region_validation  = true
  endpoints {
    iam           = var.endpoint
    organizations = var.endpoint
    sts           = var.endpoint
  }
}

resource "aws_organizations_organization" "all" {
  feature_set = "ALL"
  aws_service_access_principals = [
    "config.amazonaws.com",
    "ram.amazonaws.com",
  ]
  enabled_policy_types = [
    "SERVICE_CONTROL_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "TAG_POLICY",
  ]
}

resource "aws_organizations_organizational_unit" "work" {
  name      = "work"
  parent_id = aws_organizations_organization.all.roots[0].id
  tags      = { kind = "work" }
}

resource "aws_organizations_organizational_unit" "inner" {
  name      = "inner"
  parent_id = aws_organizations_organizational_unit.work.id
}

resource "aws_organizations_account" "member" {
  name              = "member"
  email             = "member@example.org"
  parent_id         = aws_organizations_organizational_unit.inner.id
  role_name         = "Administration"
  close_on_deletion = false
  tags              = { team = "reports" }
  lifecycle {
    ignore_changes = [role_name]
  }
}

resource "aws_organizations_policy" "region" {
  name        = "one-region"
  description = "Nothing outside of one region"
  tags        = { kind = "guard" }
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OneRegion"
      Effect    = "Deny"
      NotAction = ["iam:*", "organizations:*", "sts:*"]
      Resource  = "*"
      Condition = { StringNotEquals = { "aws:RequestedRegion" = "eu-central-1" } }
    }]
  })
  depends_on = [aws_organizations_organization.all]
}

resource "aws_organizations_policy_attachment" "region" {
  policy_id = aws_organizations_policy.region.id
  target_id = aws_organizations_organizational_unit.work.id
}

resource "aws_organizations_policy" "tags" {
  name = "cost-center"
  type = "TAG_POLICY"
  content = jsonencode({
    tags = { costcenter = { tag_key = { "@@assign" = "CostCenter" } } }
  })
  depends_on = [aws_organizations_organization.all]
}

resource "aws_organizations_policy_attachment" "tags" {
  policy_id = aws_organizations_policy.tags.id
  target_id = aws_organizations_organization.all.roots[0].id
}

resource "aws_organizations_delegated_administrator" "config" {
  account_id        = aws_organizations_account.member.id
  service_principal = "config.amazonaws.com"
}

resource "aws_organizations_resource_policy" "delegation" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Policies"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${aws_organizations_account.member.id}:root" }
      Action    = ["organizations:DescribePolicy", "organizations:ListPolicies"]
      Resource  = "*"
    }]
  })
}

data "aws_organizations_organization" "all" {
  depends_on = [aws_organizations_account.member]
}

data "aws_organizations_organizational_units" "top" {
  parent_id  = aws_organizations_organization.all.roots[0].id
  depends_on = [aws_organizations_organizational_unit.work]
}

data "aws_organizations_policies_for_target" "work" {
  target_id  = aws_organizations_organizational_unit.work.id
  filter     = "SERVICE_CONTROL_POLICY"
  depends_on = [aws_organizations_policy_attachment.region]
}

output "accounts" { value = length(data.aws_organizations_organization.all.accounts) }
output "policies" { value = length(data.aws_organizations_policies_for_target.work.ids) }
