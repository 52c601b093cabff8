# Field Notes: what was seen, where, and by whom.
module field_notes

app field_notes "Field Notes":
  description: "Observations from the field, kept by the people who make them"
  security_profile: basic

# People

persona member "Observer":
  description: "Walks the sites and writes down what is there"
  goals: "Write a note on the spot", "Find last year's notes of a site"
  proficiency: novice
  default_workspace: field_book
  uses nav field_nav

persona manager "Coordinator":
  description: "Looks after the sites and reads every note"
  goals: "Keep the list of sites in order", "See which sites were not visited"
  proficiency: intermediate
  default_workspace: field_book
  uses nav field_nav

nav field_nav:
  group "Notes" icon=pencil:
    Note
    Site
  group "People" icon=users:
    User

# What is kept

entity User "User":
  intent: "Someone who signs in; the address is that of the account"
  display_field: name

  id: uuid pk
  email: email required unique pii(category=contact)
  name: str(120) required pii(category=identity)
  role: enum[member,manager]=member
  created_at: datetime auto_add

  permit:
    list: role(member) or role(manager)
    read: role(member) or role(manager)
    create: role(manager)
    update: role(manager)
    delete: role(manager)

  scope:
    list: all
      as: member, manager
    read: all
      as: member, manager
    create: all
      as: manager
    update: all
      as: manager
    delete: all
      as: manager

  fitness:
    repr_fields: [name, email]

entity Site "Site":
  intent: "A place that is visited again and again"
  display_field: name

  id: uuid pk
  name: str(120) required unique
  habitat: enum[woodland,meadow,wetland,coast,urban]=woodland
  access_notes: text
  created_at: datetime auto_add
  updated_at: datetime auto_update

  permit:
    list: role(member) or role(manager)
    read: role(member) or role(manager)
    create: role(manager)
    update: role(manager)
    delete: role(manager)

  scope:
    list: all
      as: member, manager
    read: all
      as: member, manager
    create: all
      as: manager
    update: all
      as: manager
    delete: all
      as: manager

  fitness:
    repr_fields: [name, habitat]

entity Note "Note":
  intent: "One observation at one site"
  display_field: subject

  id: uuid pk
  site: ref Site required
  author: ref User
  subject: str(160) required
  body: text required
  seen_on: date required
  certainty: enum[certain,probable,possible]=certain
  created_at: datetime auto_add
  updated_at: datetime auto_update

  permit:
    list: role(member) or role(manager)
    read: role(member) or role(manager)
    create: role(member) or role(manager)
    update: role(member) or role(manager)
    delete: role(manager)

  scope:
    list: all
      as: member, manager
    read: all
      as: member, manager
    create: all
      as: member, manager
    update: author = current_user
      as: member
    update: all
      as: manager
    delete: all
      as: manager

  fitness:
    repr_fields: [subject, site, seen_on]

  index seen_on

# Pages

surface user_list "People":
  uses entity User
  mode: list

  section main "People":
    field name "Name"
    field email "Address"
    field role "Role"

  ux:
    purpose: "See who writes notes"
    sort: name asc
    filter: role
    search: name, email
    empty: "Nobody yet"

surface user_create "New person":
  uses entity User
  mode: create

  section main "Person":
    field name "Name"
    field email "Address"
    field role "Role"

surface user_edit "Edit person":
  uses entity User
  mode: edit

  section main "Person":
    field name "Name"
    field role "Role"

surface site_list "Sites":
  uses entity Site
  mode: list

  section main "Sites":
    field name "Name"
    field habitat "Habitat"
    field updated_at "Changed"

  ux:
    purpose: "Find a site"
    sort: name asc
    filter: habitat
    search: name
    empty: "No site yet: the coordinator adds the first"

surface site_detail "Site":
  uses entity Site
  mode: view

  section main "Site":
    field name "Name"
    field habitat "Habitat"
    field access_notes "How to get there"

  related notes "Notes":
    display: table
    show: Note
    columns: subject, seen_on, certainty

surface site_create "New site":
  uses entity Site
  mode: create

  section main "Site":
    field name "Name"
    field habitat "Habitat"
    field access_notes "How to get there"

surface site_edit "Edit site":
  uses entity Site
  mode: edit

  section main "Site":
    field name "Name"
    field habitat "Habitat"
    field access_notes "How to get there"

surface note_list "Notes":
  uses entity Note
  mode: list

  section main "Notes":
    field seen_on "Seen on"
    field subject "Subject"
    field site "Site"
    field author "Author"
    field certainty "Certainty"

  ux:
    purpose: "Read what was seen, newest first"
    sort: seen_on desc
    filter: site, certainty
    search: subject
    empty: "Nothing noted yet"

surface note_detail "Note":
  uses entity Note
  mode: view

  section main "Note":
    field subject "Subject"
    field site "Site"
    field author "Author"
    field seen_on "Seen on"
    field certainty "Certainty"
    field body "Observation"

surface note_create "New note":
  uses entity Note
  mode: create

  section main "Note":
    field site "Site"
    field author "Author"
    field subject "Subject"
    field seen_on "Seen on"
    field certainty "Certainty"
    field body "Observation"

surface note_edit "Edit note":
  uses entity Note
  mode: edit

  section main "Note":
    field subject "Subject"
    field seen_on "Seen on"
    field certainty "Certainty"
    field body "Observation"

workspace field_book "Field book":
  purpose: "The newest notes and the sites they come from"
  access: persona(member, manager)

  recent_notes:
    source: Note
    sort: seen_on desc
    limit: 10
    display: timeline
    action: note_detail
    empty: "Nothing noted yet"

  uncertain_notes:
    source: Note
    filter: certainty = possible
    sort: seen_on desc
    limit: 10
    display: list
    action: note_detail
    empty: "Every note is certain or probable"

  sites:
    source: Site
    sort: name asc
    display: grid
    action: site_detail
    empty: "No site yet"
