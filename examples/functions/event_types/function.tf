# Everything about callouts, and one event more.
resource "aura_panic_webhook" "alerts" {
  url    = "https://alerts.example.com/aura"
  events = concat(provider::aura::event_types("callouts"), ["SUBSCRIPTION_CREATED"])
}
