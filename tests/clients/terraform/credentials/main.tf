# Credentials, service roles and the account's own settings; the test applies, plans and destroys.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "certificate" { type = string }
variable "private_key" { type = string }
variable "ssh_key" { type = string }

provider "aws" {
  region                  = "us-east-1"
  access_key              = "root-key-id"
  secret_key              = "root-secret"
  skip_metadata_api_check = true
  skip_region_validation  = true
  endpoints {
    account       = var.endpoint
    iam           = var.endpoint
    organizations = var.endpoint
    sts           = var.endpoint
  }
}

resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_server_certificate" "web" {
  name             = "web"
  path             = "/cloudfront/"
  certificate_body = var.certificate
  private_key      = var.private_key
  tags             = { team = "red" }
}

resource "aws_iam_signing_certificate" "alice" {
  user_name        = aws_iam_user.alice.name
  certificate_body = var.certificate
  status           = "Inactive"
}

resource "aws_iam_user_ssh_key" "alice" {
  username   = aws_iam_user.alice.name
  encoding   = "SSH"
  public_key = var.ssh_key
}

resource "aws_iam_service_specific_credential" "git" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.alice.name
}

resource "aws_iam_service_linked_role" "scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "blue"
  description      = "scales"
}

resource "aws_iam_security_token_service_preferences" "all" {
  global_endpoint_token_version = "v2Token"
}

resource "aws_organizations_organization" "all" {
  feature_set                   = "ALL"
  aws_service_access_principals = ["iam.amazonaws.com"]
}

resource "aws_iam_organizations_features" "all" {
  enabled_features = ["RootCredentialsManagement", "RootSessions"]
  depends_on       = [aws_organizations_organization.all]
}

resource "aws_account_alternate_contact" "security" {
  alternate_contact_type = "SECURITY"
  name                   = "Alice"
  title                  = "Guard"
  email_address          = "alice@example.org"
  phone_number           = "+15550100"
}

resource "aws_account_primary_contact" "all" {
  full_name       = "Alice"
  address_line_1  = "1 Main Street"
  city            = "Springfield"
  state_or_region = "NJ"
  postal_code     = "01234"
  country_code    = "US"
  phone_number    = "+15550100"
}

resource "aws_account_region" "cape" {
  region_name = "af-south-1"
  enabled     = true
}
