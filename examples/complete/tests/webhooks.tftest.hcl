# Run with "terraform test". Plans are offline, so neither credentials nor AURA are needed.

variables {
  sites = {
    north = {
      client_id = "north-client"
      url       = "https://north.example.com/aura"
    }
    south = {
      client_id = "south-client"
      url       = "https://south.example.com/aura"
    }
  }
  client_secrets  = { north = "not-a-secret", south = "not-a-secret" }
  delivery_tokens = { north = "not-a-token", south = "not-a-token" }
}

run "every_site_has_a_webhook_of_its_own" {
  command = plan

  assert {
    condition     = { for name, webhook in aura_panic_webhook.site : name => webhook.url } == { for name, site in var.sites : name => site.url }
    error_message = "A site's webhook points somewhere else."
  }

  # A slot is "<API host>/<client id>", and holds one webhook.
  assert {
    condition     = endswith(aura_panic_webhook.site["north"].id, "/north-client")
    error_message = "The north site's webhook is not in the slot of its own customer source."
  }
}

run "a_callout_never_goes_unheard" {
  command = plan

  assert {
    condition     = alltrue([for webhook in aura_panic_webhook.site : contains(webhook.events, "NEW_CALLOUT")])
    error_message = "A site is not told of new callouts."
  }
}

run "a_site_that_goes_leaves_nothing_behind" {
  command = plan

  assert {
    condition     = alltrue([for webhook in aura_panic_webhook.site : webhook.on_destroy.url == var.sink_url])
    error_message = "AURA would go on delivering to a site that was destroyed."
  }
}

run "a_site_can_be_let_go" {
  command = plan

  variables {
    sites = {
      north = {
        client_id = "north-client"
        url       = "https://north.example.com/aura"
        connected = false
      }
    }
  }

  assert {
    condition     = length(aura_panic_webhook.site) == 0
    error_message = "A site that is not connected still has a webhook."
  }
}

run "two_sites_never_share_a_customer_source" {
  command = plan

  variables {
    sites = {
      north = {
        client_id = "north-client"
        url       = "https://north.example.com/aura"
      }
      south = {
        client_id = "north-client"
        url       = "https://south.example.com/aura"
      }
    }
  }

  expect_failures = [var.sites]
}
