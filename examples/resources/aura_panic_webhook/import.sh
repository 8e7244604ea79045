# The id is the URL that AURA now delivers to; AURA's portal shows it (Integration, Webhooks).
terraform import aura_panic_webhook.alerts https://alerts.example.com/aura
