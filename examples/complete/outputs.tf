output "registered_at" {
  description = "When AURA last accepted each site's webhook."
  value       = { for name, webhook in aura_panic_webhook.site : name => webhook.registered_at }
}
