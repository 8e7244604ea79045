terraform {
  required_providers {
    aura = {
      source = "aura/aura"
    }
  }
}

# Staging, unless "environment" or AURA_ENVIRONMENT says "production".
# The secret is best left to the environment: AURA_CLIENT_SECRET.
provider "aura" {
  client_id = "my-client"
}
