# The pages of every entity.
module ticket_desk.pages

use ticket_desk.people
use ticket_desk.tickets

# Tickets

surface ticket_list "Tickets":
  uses entity Ticket
  mode: list

  section main "Tickets":
    field subject "Subject"
    field status "Status"
    field priority "Priority"
    field category "Topic"
    field customer "Customer"
    field assignee "Assignee"
    field created_at "Reported"

  ux:
    purpose: "Take the ticket that cannot wait"
    sort: created_at desc
    filter: status, priority, category, assignee
    search: subject, description
    empty: "No ticket waits"

    attention critical:
      when: priority = urgent and status = new
      message: "Urgent and nobody has it"
      action: ticket_edit

    attention warning:
      when: escalated = true
      message: "Escalated"
      action: ticket_edit

    as customer:
      hide: assignee, customer
      purpose: "See what becomes of your reports"

surface ticket_detail "Ticket":
  uses entity Ticket
  mode: view

  section summary "Report":
    field subject "Subject"
    field description "Description"
    field customer "Customer"
    field reporter "Reported by"

  section state "State":
    layout: strip
    field status "Status"
    field priority "Priority"
    field category "Topic"
    field team "Team"
    field assignee "Assignee"
    field escalated "Escalated"

  section outcome "Answer":
    field answer "Answer"
    field created_at "Reported"
    field updated_at "Changed"

  related comments "Comments":
    display: conversation
    show: Comment
    columns: body, author, internal, created_at

  related attachments "Attachments":
    display: table
    show: Attachment
    columns: caption, document, created_at

  related refunds "Refunds":
    display: table
    show: RefundRequest
    columns: reason, amount, status

  ux:
    purpose: "All that is known of one problem"

surface ticket_create "Report a problem":
  uses entity Ticket
  mode: create

  section problem "Problem":
    field subject "Subject"
    field description "Description" widget=rich_text

  section triage "Triage":
    field priority "Priority"
    field category "Topic"
    field customer "Customer" widget=combobox
    field reporter "Reported by" widget=combobox

  ux:
    purpose: "Report a problem in two minutes"
    as customer:
      hide: customer, reporter, category

surface ticket_edit "Work on a ticket":
  uses entity Ticket
  mode: edit

  section triage "Triage":
    field status "Status"
    field priority "Priority"
    field category "Topic"
    field team "Team" widget=combobox
    field assignee "Assignee" widget=combobox
    field escalated "Escalated" widget=switch

  section outcome "Answer":
    field answer "Answer" widget=rich_text

  ux:
    purpose: "Assign it, answer it, close it"

# Comments

surface comment_list "Comments":
  uses entity Comment
  mode: list

  section main "Comments":
    field ticket "Ticket"
    field author "Author"
    field body "Comment"
    field internal "Internal"
    field created_at "Written"

  ux:
    purpose: "Follow the conversation"
    sort: created_at desc
    filter: internal, ticket
    search: body
    empty: "Nothing said yet"

surface comment_create "Comment":
  uses entity Comment
  mode: create

  section main "Comment":
    field ticket "Ticket" widget=combobox
    field author "Author" widget=combobox
    field body "Comment" widget=rich_text
    field internal "For colleagues alone" widget=switch

surface comment_edit "Edit comment":
  uses entity Comment
  mode: edit

  section main "Comment":
    field body "Comment" widget=rich_text
    field internal "For colleagues alone" widget=switch

# Attachments

surface attachment_list "Attachments":
  uses entity Attachment
  mode: list

  section main "Attachments":
    field ticket "Ticket"
    field caption "Caption"
    field document "Document"
    field created_at "Added"

  ux:
    purpose: "Find a screenshot or a log"
    sort: created_at desc
    filter: ticket
    search: caption
    empty: "Nothing attached yet"

surface attachment_create "Attach a file":
  uses entity Attachment
  mode: create

  section main "File":
    field ticket "Ticket" widget=combobox
    field caption "Caption"
    field document "Document"

surface attachment_edit "Edit attachment":
  uses entity Attachment
  mode: edit

  section main "File":
    field caption "Caption"
    field document "Document"

# Refunds

surface refund_list "Refund requests":
  uses entity RefundRequest
  mode: list

  section main "Refund requests":
    field ticket "Ticket"
    field amount "Amount"
    field reason "Reason"
    field status "Status"
    field requested_by "Requested by"

  ux:
    purpose: "Decide on refunds the same day"
    sort: created_at asc
    filter: status
    search: reason
    empty: "Nobody asks for a refund"

surface refund_create "Ask for a refund":
  uses entity RefundRequest
  mode: create

  section main "Refund":
    field ticket "Ticket" widget=combobox
    field requested_by "Requested by" widget=combobox
    field amount "Amount"
    field reason "Reason"

surface refund_edit "Decide on a refund":
  uses entity RefundRequest
  mode: edit

  section main "Refund":
    field amount "Amount"
    field reason "Reason"
    field status "Status"
    field decision_note "Why" widget=rich_text

# Articles

surface article_list "Articles":
  uses entity Article
  mode: list

  section main "Articles":
    field title "Title"
    field status "Status"
    field author "Author"
    field updated_at "Changed"

  ux:
    purpose: "Find how it was solved last time"
    sort: title asc
    filter: status
    search: title, body
    empty: "No article yet"

surface article_detail "Article":
  uses entity Article
  mode: view

  section main "Article":
    field title "Title"
    field body "Text"
    field picture "Picture"
    field author "Author"
    field updated_at "Changed"

surface article_create "Write an article":
  uses entity Article
  mode: create

  section main "Article":
    field title "Title"
    field body "Text" widget=rich_text
    field picture "Picture"
    field author "Author" widget=combobox

surface article_edit "Edit article":
  uses entity Article
  mode: edit

  section main "Article":
    field title "Title"
    field body "Text" widget=rich_text
    field picture "Picture"
    field status "Status"

# Scores

surface score_list "Satisfaction":
  uses entity SatisfactionScore
  mode: list

  section main "Satisfaction":
    field ticket "Ticket"
    field score "Score"
    field remark "Remark"
    field created_at "Given"

  ux:
    purpose: "See what customers think of the answers"
    sort: created_at desc
    filter: ticket
    search: remark
    empty: "Nobody has answered the survey yet"

surface score_create "Rate the answer":
  uses entity SatisfactionScore
  mode: create

  section main "Your view":
    field ticket "Ticket" widget=combobox
    field score "From 1 to 5" widget=slider
    field remark "Remark" widget=rich_text

# Customers

surface customer_list "Customers":
  uses entity Customer
  mode: list

  section main "Customers":
    field name "Name"
    field email "Address"
    field account_number "Account"
    field account_tier "Tier"

  ux:
    purpose: "Find a customer"
    sort: name asc
    filter: account_tier
    search: name, email, account_number
    empty: "No customer yet"

surface customer_detail "Customer":
  uses entity Customer
  mode: view

  section main "Customer":
    field name "Name"
    field email "Address"
    field account_number "Account"
    field account_tier "Tier"
    field since "Customer since"

  related tickets "Tickets":
    display: table
    show: Ticket
    columns: subject, status, priority, created_at

surface customer_create "New customer":
  uses entity Customer
  mode: create

  section main "Customer":
    field name "Name"
    field email "Address"

surface customer_edit "Edit customer":
  uses entity Customer
  mode: edit

  section main "Customer":
    field name "Name"
    field email "Address"
    field account_number "Account"
    field account_tier "Tier"
    field since "Customer since" widget=picker

# The company itself

surface company_list "Company":
  uses entity Company
  mode: list

  section main "Company":
    field name "Name"
    field plan "Plan"
    field support_address "Support address"

  ux:
    purpose: "Look after the company's own data"
    sort: name asc
    filter: plan
    search: name
    empty: "No company"

surface company_detail "Company":
  uses entity Company
  mode: view

  section main "Company":
    field name "Name"
    field plan "Plan"
    field support_address "Support address"
    field logo "Logo"

surface company_create "New company":
  uses entity Company
  mode: create

  section main "Company":
    field name "Name"
    field slug "Short name"
    field plan "Plan"
    field support_address "Support address"

surface company_edit "Edit company":
  uses entity Company
  mode: edit

  section main "Company":
    field name "Name"
    field support_address "Support address"
    field logo "Logo"

surface team_list "Teams":
  uses entity Team
  mode: list

  section main "Teams":
    field name "Name"
    field topic "Topic"
    field on_call_contact "On call"

  ux:
    purpose: "See who answers what"
    sort: name asc
    filter: topic
    search: name
    empty: "No team yet"

surface team_create "New team":
  uses entity Team
  mode: create

  section main "Team":
    field name "Name"
    field topic "Topic"
    field on_call_contact "On call"

surface team_edit "Edit team":
  uses entity Team
  mode: edit

  section main "Team":
    field name "Name"
    field topic "Topic"
    field on_call_contact "On call"

surface user_list "People":
  uses entity User
  mode: list

  section main "People":
    field name "Name"
    field email "Address"
    field role "Role"
    field team "Team"

  ux:
    purpose: "Let people in and place them in teams"
    sort: name asc
    filter: role, team
    search: name, email
    empty: "Nobody yet"

surface user_create "New person":
  uses entity User
  mode: create

  section main "Person":
    field name "Name"
    field email "Address"
    field role "Role"
    field team "Team" widget=combobox

surface user_edit "Edit person":
  uses entity User
  mode: edit

  section main "Person":
    field name "Name"
    field role "Role"
    field team "Team" widget=combobox

surface shift_list "On call":
  uses entity OnCallShift
  mode: list

  section main "On call":
    field contact "Contact"
    field team "Team"
    field starts_at "From"
    field ends_at "To"

  ux:
    purpose: "See who is paged"
    sort: starts_at asc
    filter: team
    search: contact
    empty: "Nobody is on call"

surface shift_create "New shift":
  uses entity OnCallShift
  mode: create

  section main "Shift":
    field rota_id "Rota"
    field contact "Contact"
    field team "Team" widget=combobox
    field starts_at "From" widget=picker
    field ends_at "To" widget=picker

surface shift_edit "Edit shift":
  uses entity OnCallShift
  mode: edit

  section main "Shift":
    field contact "Contact"
    field starts_at "From" widget=picker
    field ends_at "To" widget=picker
