# The systems that Ticket Desk talks to.
module ticket_desk.connections

service paging "Paging API":
  spec: url "https://paging.example.com/openapi/webhooks.json"
  auth_profile: api_key_header header="X-Api-Key"
  owner: "operations@example.com"

service accounts "Accounts API":
  spec: url "https://accounts.example.com/openapi.json"
  auth_profile: oauth2_legacy scopes="accounts.read"
  owner: "finance@example.com"

foreign_model AccountRecord from accounts "Account":
  key: account_number
  constraint batch_import

  account_number: str(40) required
  holder_email: email required
  tier: str(20)
  opened_on: date

# Whoever is on call is paged for what cannot wait.

integration pager "Pager":
  uses service paging

  base_url: "https://paging.example.com/v2"
  auth: api_key from env("PAGING_API_KEY")

  mapping page_on_call on Ticket:
    trigger: on_create when priority == "urgent"
    request: POST "/incidents"
    map_request:
      title <- self.subject
      body.details <- self.description
      source <- "ticket-desk"
    map_response:
      page_reference <- response.id
    on_error: log_warning

  mapping close_page on Ticket:
    trigger: on_transition open -> solved
    request: PUT "/incidents/{self.page_reference}/resolve"
    map_request:
      note <- self.answer
    on_error: ignore

  sync on_call_rota:
    mode: scheduled "*/15 * * * *"
    into entity OnCallShift
    match rules:
      shift_id <-> rota_id

  sync incident_updates:
    mode: event_driven
    into entity Ticket
    match rules:
      incident_id <-> page_reference

# What the accounts system knows of a customer saves a question.

integration account_lookup "Account lookup":
  uses service accounts
  uses foreign AccountRecord

  base_url: "https://accounts.example.com/v1"
  auth: oauth2 from env("ACCOUNTS_CLIENT_ID"), env("ACCOUNTS_CLIENT_SECRET")

  action look_up_account:
    when surface customer_create
    call service accounts
    call operation /accounts/search
    call mapping:
      holder -> form.email
    response entity Customer
    response mapping:
      account_number -> account_number
      account_tier -> tier

  mapping refresh_account on Customer:
    trigger: on_create when email != null
    trigger: manual "Refresh from accounts"
    request: GET "/accounts?email={self.email}"
    cache: "1h"
    map_response:
      account_number <- response.account_number
      account_tier <- response.tier
      since <- response.opened_on
    on_error: ignore

  sync nightly_accounts:
    mode: scheduled "0 3 * * *"
    into entity Customer
    match rules:
      account_number <-> account_number
