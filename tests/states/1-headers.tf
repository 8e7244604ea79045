resource "aura_panic_webhook" "this" {
  url     = "https://alerts.example.com/aura"
  events  = ["NEW_CALLOUT", "CALLOUT_CLOSED"]
  headers = { Authorization = "Bearer stored" }
}
