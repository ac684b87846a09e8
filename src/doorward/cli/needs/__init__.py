"""`doorward actions needs`: which actions a call, a template or a plan of Terraform takes."""
