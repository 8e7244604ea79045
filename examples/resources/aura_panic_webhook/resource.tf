resource "aura_panic_webhook" "alerts" {
  url    = "https://alerts.example.com/aura"
  events = ["NEW_CALLOUT", "RESPONDER_ARRIVED_ON_SCENE", "CALLOUT_CLOSED"]

  headers = {
    Authorization = "Bearer ${var.webhook_token}"
  }
}

variable "webhook_token" {
  type      = string
  sensitive = true
}
