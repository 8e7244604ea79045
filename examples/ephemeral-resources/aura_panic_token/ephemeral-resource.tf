ephemeral "aura_panic_token" "this" {}

# The token is in no plan and in no state.
resource "terraform_data" "smoke_test" {
  provisioner "local-exec" {
    command = "sh ./smoke-test.sh"
    environment = {
      AURA_TOKEN = ephemeral.aura_panic_token.this.token
    }
  }
}
