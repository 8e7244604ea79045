# The identity is the slot: the API's host, and the client id (or the key in customer_sources, or "default").
import {
  to = aura_panic_webhook.alerts
  identity = {
    api_host = "panic.aura.services"
    customer = "my-client"
  }
}
