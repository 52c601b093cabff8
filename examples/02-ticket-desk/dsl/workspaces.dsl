# Where people land when they sign in.
module ticket_desk.workspaces

use ticket_desk.people
use ticket_desk.tickets
use ticket_desk.pages

workspace my_tickets "My tickets":
  purpose: "What became of your reports"
  access: persona(customer)

  open_reports:
    source: Ticket
    filter: status != closed
    sort: created_at desc
    limit: 10
    display: list
    action: ticket_detail
    empty: "You have no open report"

  help_yourself:
    source: Article
    sort: title asc
    limit: 6
    display: grid
    action: article_detail
    empty: "No article yet"

workspace agent_desk "Agent desk":
  purpose: "The most urgent ticket first"
  access: persona(agent, manager)

  pulse:
    source: Ticket
    display: metrics
    aggregate:
      waiting_for_us "Waiting for us": count(Ticket where status = new or status = open)
      urgent: count(Ticket where priority = urgent and status != closed)
      escalated: count(Ticket where escalated = true)

  untaken:
    source: Ticket
    filter: status = new
    sort: created_at asc
    limit: 10
    display: queue
    action: ticket_edit
    empty: "Every ticket is taken"

  conversation:
    source: Comment
    sort: created_at desc
    limit: 10
    display: timeline
    action: comment_edit
    empty: "Nothing said yet"

  evidence:
    source: Attachment
    sort: created_at desc
    limit: 5
    display: list
    action: attachment_edit
    empty: "Nothing attached yet"

workspace team_board "Team board":
  purpose: "Spread the work, miss no deadline"
  access: persona(manager)

  pulse:
    source: Ticket
    display: metrics
    aggregate:
      open_tickets "Open": count(Ticket where status = open)
      escalated: count(Ticket where escalated = true)
      refunds "Refunds to decide": count(RefundRequest where status = requested)

  by_status:
    source: Ticket
    sort: created_at desc
    display: kanban
    group_by: status
    action: ticket_edit
    empty: "No ticket"

  by_topic:
    source: Ticket
    display: bar_chart
    group_by: category
    aggregate:
      count: count(Ticket)
    empty: "No ticket"

  refunds:
    source: RefundRequest
    filter: status = requested
    sort: created_at asc
    limit: 10
    display: queue
    action: refund_edit
    empty: "Nobody asks for a refund"

  satisfaction:
    source: SatisfactionScore
    sort: created_at desc
    limit: 10
    display: list
    empty: "Nobody has answered the survey yet"

  on_call:
    source: OnCallShift
    sort: starts_at asc
    limit: 5
    display: timeline
    action: shift_edit
    empty: "Nobody is on call"

workspace company_office "Company":
  purpose: "People, teams and the company itself"
  access: persona(tenant_admin)

  company:
    source: Company
    display: list
    action: company_edit
    empty: "No company"

  teams:
    source: Team
    sort: name asc
    display: grid
    action: team_edit
    empty: "No team yet"

  people:
    source: User
    sort: name asc
    display: list
    action: user_edit
    empty: "Nobody yet"

  customers:
    source: Customer
    sort: updated_at desc
    limit: 10
    display: list
    action: customer_edit
    empty: "No customer yet"

workspace companies "Companies":
  purpose: "Every company that runs its desk here"
  access: persona(admin)

  all_companies:
    source: Company
    sort: name asc
    display: grid
    action: company_edit
    empty: "No company yet"
