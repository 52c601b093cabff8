# Ticket Desk: companies let their customers report problems and their agents solve them.
module ticket_desk.core

app ticket_desk "Ticket Desk":
  description: "A support desk that several companies share, each seeing its own tickets alone"
  security_profile: standard

# Every row but the company itself belongs to one company. PostgreSQL's row-level security keeps companies apart for
# any role but a superuser; the scope rules of the entities say who sees what within one.

tenancy:
  mode: shared_schema
  partition_key: tenant_id
  per_tenant_config:
    first_reply_hours: int
    survey_enabled: bool

# Who works here

persona customer "Customer":
  description: "Reports problems and wants to know what becomes of them"
  goals: "Report a problem in two minutes", "See the answer without calling"
  proficiency: novice
  default_workspace: my_tickets
  uses nav customer_nav

persona agent "Agent":
  description: "Answers tickets and writes down what solved them"
  goals: "Take the most urgent ticket first", "Find how it was solved last time"
  proficiency: expert
  default_workspace: agent_desk
  uses nav agent_nav

persona manager "Team lead":
  description: "Spreads the work, decides on refunds and watches the deadlines"
  goals: "Miss no deadline", "Decide on refunds the same day"
  proficiency: intermediate
  default_workspace: team_board
  uses nav manager_nav

persona tenant_admin "Company administrator":
  description: "Adds people and teams and connects the company's other systems"
  goals: "Let new colleagues in on their first day"
  proficiency: intermediate
  default_workspace: company_office
  uses nav admin_nav

persona admin "Operator":
  description: "Runs the service for all companies and lets new ones in"
  goals: "Open a new company's desk within a day"
  proficiency: expert
  default_workspace: companies
  uses nav operator_nav

nav customer_nav:
  group "Support" icon=life-buoy:
    Ticket
    Article

nav agent_nav:
  group "Work" icon=inbox:
    Ticket
    Comment
    Attachment
  group "Know" icon=book-open:
    Article
    Customer

nav manager_nav:
  group "Work" icon=inbox:
    Ticket
    RefundRequest
    OnCallShift
  group "Know" icon=book-open:
    Article
    Customer
    SatisfactionScore

nav admin_nav:
  group "Company" icon=building:
    Company
    Team
    User
  group "Customers" icon=users:
    Customer
    OnCallShift

nav operator_nav:
  group "Service" icon=server:
    Company
