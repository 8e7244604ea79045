# One provider block for every site. The endpoint is staging, unless AURA_ENVIRONMENT or AURA_BASE_URL says otherwise.
provider "aura" {
  customer_sources = {
    for name, site in var.sites : name => {
      client_id     = site.client_id
      client_secret = var.client_secrets[name]
    }
  }
}

# Registers on apply. A changed token is noticed and registered again, although none is stored.
resource "aura_panic_webhook" "site" {
  for_each = { for name, site in var.sites : name => site if site.connected }

  customer_source = each.key
  url             = each.value.url
  events          = var.events

  headers = {
    X-Site = each.key
  }
  headers_wo = {
    Authorization = "Bearer ${var.delivery_tokens[each.key]}"
  }

  # AURA can't unregister: when a site goes, its events go to the sink and no longer to the site.
  on_destroy = {
    url    = var.sink_url
    events = ["CALLOUT_CLOSED"]
  }
}
