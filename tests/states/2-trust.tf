resource "aura_panic_webhook" "this" {
  url        = "https://alerts.example.com/aura"
  events     = ["NEW_CALLOUT", "CALLOUT_CLOSED"]
  headers    = { Authorization = "Bearer stored" }
  headers_wo = { X-Write-Only = "never stored" }
  triggers   = { reviewed = "2026-01" }

  on_destroy = {
    url     = "https://retired.example.com/aura"
    events  = ["CALLOUT_CLOSED"]
    headers = { Authorization = "Bearer retired" }
  }
}
