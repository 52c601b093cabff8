# Tickets and what gathers around them.
module ticket_desk.tickets

use ticket_desk.people

entity Ticket "Ticket":
  intent: "One problem of one customer, from the report to the answer"
  domain: support
  patterns: lifecycle, workflow
  display_field: subject

  id: uuid pk
  subject: str(200) required
  description: text required pii(category=freeform)
  status: enum[new,open,waiting,solved,closed]=new
  priority: enum[low,normal,high,urgent]=normal
  category: enum[general,billing,technical,account]
  customer: ref Customer
  reporter: ref User
  team: ref Team
  assignee: ref User
  answer: text
  escalated: bool=false
  page_reference: str(80)
  created_at: datetime auto_add
  updated_at: datetime auto_update

  days_open: computed days_since(created_at)

  transitions:
    new -> open: requires assignee
    open -> waiting
    waiting -> open
    open -> solved: requires answer
    solved -> closed: auto after 7 days or manual
    solved -> open
    closed -> open: role(manager)

  invariant: status != solved or answer != null
    message: "A solved ticket says how it was solved"
    code: ANSWER_MISSING

  permit:
    list: role(customer) or role(agent) or role(manager)
    read: role(customer) or role(agent) or role(manager)
    create: role(customer) or role(agent) or role(manager)
    update: role(agent) or role(manager)
    delete: role(manager)

  scope:
    list: tenant_id = current_user.tenant_id and reporter = current_user
      as: customer
    list: tenant_id = current_user.tenant_id
      as: agent, manager
    read: tenant_id = current_user.tenant_id and reporter = current_user
      as: customer
    read: tenant_id = current_user.tenant_id
      as: agent, manager
    create: all
      as: customer, agent, manager
    update: all
      as: agent, manager
    delete: all
      as: manager

  fitness:
    repr_fields: [subject, status, priority, assignee]

  index status, priority

entity Comment "Comment":
  intent: "What is said about a ticket, to the customer or among colleagues"
  display_field: body

  id: uuid pk
  ticket: ref Ticket required
  author: ref User
  body: text required pii(category=freeform)
  internal: bool=false
  created_at: datetime auto_add

  permit:
    list: role(customer) or role(agent) or role(manager)
    read: role(customer) or role(agent) or role(manager)
    create: role(customer) or role(agent) or role(manager)
    update: role(agent) or role(manager)
    delete: role(manager)

  scope:
    list: tenant_id = current_user.tenant_id and internal = false
      as: customer
    list: tenant_id = current_user.tenant_id
      as: agent, manager
    read: tenant_id = current_user.tenant_id and internal = false
      as: customer
    read: tenant_id = current_user.tenant_id
      as: agent, manager
    create: all
      as: customer, agent, manager
    update: all
      as: agent, manager
    delete: all
      as: manager

  fitness:
    repr_fields: [ticket, author, body]

entity Attachment "Attachment":
  intent: "A screenshot, a log or a letter that belongs to a ticket"
  display_field: caption

  id: uuid pk
  ticket: ref Ticket required
  caption: str(160) required
  document: file storage=attachments
  created_at: datetime auto_add

  permit:
    list: role(customer) or role(agent) or role(manager)
    read: role(customer) or role(agent) or role(manager)
    create: role(customer) or role(agent) or role(manager)
    update: role(agent) or role(manager)
    delete: role(agent) or role(manager)

  scope:
    list: tenant_id = current_user.tenant_id and ticket.reporter = current_user
      as: customer
    list: tenant_id = current_user.tenant_id
      as: agent, manager
    read: tenant_id = current_user.tenant_id and ticket.reporter = current_user
      as: customer
    read: tenant_id = current_user.tenant_id
      as: agent, manager
    create: all
      as: customer, agent, manager
    update: all
      as: agent, manager
    delete: all
      as: agent, manager

  fitness:
    repr_fields: [ticket, caption]

entity RefundRequest "Refund request":
  intent: "Money that an agent wants to give back and a team lead decides on"
  display_field: reason

  id: uuid pk
  ticket: ref Ticket required
  requested_by: ref User
  amount: money(EUR) required
  reason: str(300) required
  status: enum[requested,approved,declined]=requested
  decision_note: text
  created_at: datetime auto_add

  transitions:
    requested -> approved: role(manager)
    requested -> declined: role(manager) requires decision_note

  permit:
    list: role(agent) or role(manager)
    read: role(agent) or role(manager)
    create: role(agent) or role(manager)
    update: role(manager)
    delete: role(manager)

  scope:
    list: tenant_id = current_user.tenant_id
      as: agent, manager
    read: tenant_id = current_user.tenant_id
      as: agent, manager
    create: all
      as: agent, manager
    update: all
      as: manager
    delete: all
      as: manager

  fitness:
    repr_fields: [ticket, amount, status]

entity Article "Article":
  intent: "How a problem is solved, written once and read many times"
  display_field: title

  id: uuid pk
  title: str(160) required
  body: text required
  status: enum[draft,published,retired]=draft
  picture: file
  author: ref User
  updated_at: datetime auto_update

  transitions:
    draft -> published: role(manager)
    published -> retired: role(manager)
    retired -> draft

  permit:
    list: role(customer) or role(agent) or role(manager)
    read: role(customer) or role(agent) or role(manager)
    create: role(agent) or role(manager)
    update: role(agent) or role(manager)
    delete: role(manager)

  scope:
    list: tenant_id = current_user.tenant_id and status = published
      as: customer
    list: tenant_id = current_user.tenant_id
      as: agent, manager
    read: tenant_id = current_user.tenant_id and status = published
      as: customer
    read: tenant_id = current_user.tenant_id
      as: agent, manager
    create: all
      as: agent, manager
    update: all
      as: agent, manager
    delete: all
      as: manager

  fitness:
    repr_fields: [title, status]

entity SatisfactionScore "Satisfaction score":
  intent: "What the customer thought of the answer"
  display_field: remark

  id: uuid pk
  ticket: ref Ticket required
  score: int required
  remark: text
  created_at: datetime auto_add

  invariant: score >= 1 and score <= 5
    message: "A score is between 1 and 5"
    code: SCORE_OUT_OF_RANGE

  permit:
    list: role(manager)
    read: role(manager)
    create: role(customer) or role(manager)
    delete: role(manager)

  scope:
    list: tenant_id = current_user.tenant_id
      as: manager
    read: tenant_id = current_user.tenant_id
      as: manager
    create: all
      as: customer, manager
    delete: all
      as: manager

  fitness:
    repr_fields: [ticket, score]

search on Ticket:
  fields: subject, description, answer
  ranking:
    subject: 4
    description: 2
    answer: 1
  highlight: true

search on Article:
  fields: title, body
  ranking:
    title: 4
    body: 1
