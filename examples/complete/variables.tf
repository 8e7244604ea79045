variable "sites" {
  description = <<-TEXT
    The sites, by name: the client id of each site's customer source, and where its events go. To let one go, set
    "connected" to false and apply; remove it only then, because its "on_destroy" is registered with its credentials.
  TEXT
  type = map(object({
    client_id = string
    url       = string
    connected = optional(bool, true)
  }))
  default = {
    north = {
      client_id = "north-client"
      url       = "https://north.example.com/aura"
    }
    south = {
      client_id = "south-client"
      url       = "https://south.example.com/aura"
    }
  }

  validation {
    condition     = length(distinct([for site in values(var.sites) : site.client_id])) == length(var.sites)
    error_message = "A customer source has one webhook: each site needs a client id of its own."
  }
}

variable "events" {
  description = "The event types that every site is told of."
  type        = set(string)
  default     = ["NEW_CALLOUT", "RESPONDER_ARRIVED_ON_SCENE", "CALLOUT_CLOSED"]
}

variable "sink_url" {
  description = "An endpoint of yours that takes events and drops them: what AURA calls once a site is gone."
  type        = string
  default     = "https://sink.example.com/aura"
}

# Ephemeral: in no plan and in no state.
variable "client_secrets" {
  description = "The client secret of each site's customer source, by the site's name."
  type        = map(string)
  sensitive   = true
  ephemeral   = true
}

variable "delivery_tokens" {
  description = "What AURA shows each site's endpoint to be let in, by the site's name."
  type        = map(string)
  sensitive   = true
  ephemeral   = true
}
