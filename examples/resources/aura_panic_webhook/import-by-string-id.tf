# The id is the URL that AURA now delivers to; AURA's portal shows it (Integration, Webhooks).
import {
  to = aura_panic_webhook.alerts
  id = "https://alerts.example.com/aura"
}
