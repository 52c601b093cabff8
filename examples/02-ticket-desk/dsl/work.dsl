# What happens by itself, and what waits for a person.
module ticket_desk.work

use ticket_desk.connections
use ticket_desk.pages

service route_ticket "Route a ticket":
  kind: domain_logic
  input:
    ticket_id: uuid required
    category: str(20)
  output:
    team_id: uuid
  guarantees:
    - "A ticket without a topic goes to the general team"

service send_survey "Send a survey":
  kind: integration
  input:
    ticket_id: uuid required
  output:
    sent: bool
  guarantees:
    - "Sends one survey for a ticket, however often it is called"

service find_overdue "Find overdue tickets":
  kind: domain_logic
  output:
    ticket_count: int

service build_digest "Build the weekly digest":
  kind: workflow
  output:
    subjects: json

# A new ticket is sorted, routed and, if nobody answers, escalated.

process ticket_intake "Ticket intake":
  trigger:
    when: entity Ticket created

  input:
    ticket_id: uuid required

  steps:
    - step sort:
        llm_intent: sort_ticket
        input_map:
          subject: trigger.entity.subject
          description: trigger.entity.description
        timeout: 30s
        retry:
          max_attempts: 3
          backoff: exponential

    - step route:
        service: route_ticket
        inputs:
          - ticket_id -> ticket_id
          - sort.output.category -> category
        timeout: 30s

    - step grace:
        wait: 4h

    - step overdue:
        condition: "trigger.entity.assignee == null"
        on_true: escalate
        on_false: complete

    - step escalate:
        subprocess: escalation

  timeout: 3d

process escalation "Escalation":
  trigger: manual

  input:
    ticket_id: uuid required

  steps:
    - step mark:
        effects:
          - update Ticket:
              where: "id = ticket_id"
              set:
                - Ticket.escalated -> true

    - step take_over:
        human_task:
          surface: ticket_edit
          entity: Ticket
          assignee_role: manager
          timeout: 8h
          outcomes:
            - assigned "An agent has it":
                goto: complete
            - parked "It can wait":
                goto: complete
                confirm: "The customer goes on waiting. Park it?"
                style: danger

# A refund lives in the database alone: people decide, nothing is sent.

process refund_decision "Refund decision":
  trigger:
    when: entity RefundRequest created

  input:
    refund_id: uuid required

  steps:
    - step decide:
        human_task:
          surface: refund_edit
          entity: RefundRequest
          assignee_role: manager
          timeout: 2d
          outcomes:
            - approve "Approve":
                goto: record_approval
            - decline "Decline":
                goto: record_decline
                style: danger

    - step record_approval:
        effects:
          - update RefundRequest:
              where: "id = refund_id"
              set:
                - RefundRequest.status -> approved
        on_success: complete

    - step record_decline:
        effects:
          - update RefundRequest:
              where: "id = refund_id"
              set:
                - RefundRequest.status -> declined

  timeout: 5d

# A solved ticket is followed by a survey, a day later.

process follow_up "Follow-up":
  trigger:
    when: entity Ticket status open -> solved

  input:
    ticket_id: uuid required

  steps:
    - step let_it_settle:
        wait: 1d

    - parallel ask_and_learn:
        - step survey:
            service: send_survey
            inputs:
              - ticket_id -> ticket_id
            retry:
              max_attempts: 5
              backoff: exponential
              interval: 10s

        - step suggest_article:
            llm_intent: draft_answer
            input_map:
              description: trigger.entity.description

  timeout: 2d

schedule overdue_check "Overdue check":
  cron: "0 * * * *"
  timezone: "Europe/Berlin"
  steps:
    - step find:
        service: find_overdue
        timeout: 2m

schedule weekly_digest "Weekly digest":
  cron: "0 6 * * 1"
  timezone: "Europe/Berlin"
  steps:
    - step gather:
        service: build_digest
        timeout: 5m
    - step sum_up:
        llm_intent: weekly_summary
        input_map:
          subjects: gather.output.subjects

sla first_reply "First reply":
  entity: Ticket
  starts_when: status -> new
  pauses_when: status = waiting
  completes_when: status -> solved
  tiers:
    warning: 4 hours
    breach: 8 hours
  business_hours:
    schedule: "Mon-Fri 08:00-18:00"
    timezone: "Europe/Berlin"
  on_breach:
    notify: manager
    set: escalated = true

experience report_problem "Report a problem":
  access: authenticated
  priority: high
  start at step describe

  step describe:
    kind: surface
    surface ticket_create
    on success -> step add_evidence

  step add_evidence:
    kind: surface
    surface attachment_create
    on success -> step follow
    on skip -> step follow

  step follow:
    kind: surface
    surface ticket_detail

experience welcome_customer "Welcome a customer":
  access: persona(agent, manager)
  start at step enter

  step enter:
    kind: surface
    surface customer_create
    on success -> step look_up

  step look_up:
    kind: integration
    integration account_lookup action look_up_account
    on success -> step check
    on failure -> step check

  step check:
    kind: surface
    surface customer_edit
