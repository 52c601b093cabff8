# Companies, their teams, their people and their customers.
module ticket_desk.people

entity Company "Company":
  archetype: tenant
  intent: "A company that runs its support desk here; everything else belongs to one"
  display_field: name

  id: uuid pk
  name: str(120) required
  slug: str(60) required unique
  plan: enum[starter,business,enterprise]=starter
  support_address: email
  logo: file
  created_at: datetime auto_add

  permit:
    list: role(agent) or role(manager) or role(tenant_admin) or role(admin)
    read: role(agent) or role(manager) or role(tenant_admin) or role(admin)
    create: role(admin)
    update: role(tenant_admin) or role(admin)
    delete: role(admin)

  scope:
    list: id = current_user.tenant_id
      as: agent, manager, tenant_admin
    read: id = current_user.tenant_id
      as: agent, manager, tenant_admin
    update: id = current_user.tenant_id
      as: tenant_admin
    list: all
      as: admin
    read: all
      as: admin
    create: all
      as: admin
    update: all
      as: admin
    delete: all
      as: admin

  fitness:
    repr_fields: [name, plan]

entity Team "Team":
  intent: "Agents who share a queue"
  display_field: name

  id: uuid pk
  name: str(80) required
  topic: enum[general,billing,technical,account]=general
  on_call_contact: str(120)
  created_at: datetime auto_add

  permit:
    list: role(agent) or role(manager) or role(tenant_admin)
    read: role(agent) or role(manager) or role(tenant_admin)
    create: role(tenant_admin)
    update: role(manager) or role(tenant_admin)
    delete: role(tenant_admin)

  scope:
    list: tenant_id = current_user.tenant_id
      as: agent, manager, tenant_admin
    read: tenant_id = current_user.tenant_id
      as: agent, manager, tenant_admin
    create: all
      as: tenant_admin
    update: all
      as: manager, tenant_admin
    delete: all
      as: tenant_admin

  fitness:
    repr_fields: [name, topic]

entity User "Person":
  intent: "Someone who signs in; the address is that of the account"
  display_field: name

  id: uuid pk
  email: email required unique pii(category=contact)
  name: str(120) required pii(category=identity)
  role: enum[customer,agent,manager,tenant_admin,admin]=customer
  team: ref Team
  created_at: datetime auto_add

  permit:
    list: role(agent) or role(manager) or role(tenant_admin)
    read: role(agent) or role(manager) or role(tenant_admin)
    create: role(tenant_admin)
    update: role(tenant_admin)
    delete: role(tenant_admin)

  scope:
    list: tenant_id = current_user.tenant_id
      as: agent, manager, tenant_admin
    read: tenant_id = current_user.tenant_id
      as: agent, manager, tenant_admin
    create: all
      as: tenant_admin
    update: all
      as: tenant_admin
    delete: all
      as: tenant_admin

  fitness:
    repr_fields: [name, role, team]

entity Customer "Customer":
  intent: "Whoever asked for help, with what the accounts system knows of them"
  display_field: name

  id: uuid pk
  name: str(120) required pii(category=identity)
  email: email required pii(category=contact)
  account_number: str(40)
  account_tier: enum[free,paid,premium]=free
  since: date
  updated_at: datetime auto_update

  permit:
    list: role(agent) or role(manager) or role(tenant_admin)
    read: role(agent) or role(manager) or role(tenant_admin)
    create: role(agent) or role(manager) or role(tenant_admin)
    update: role(agent) or role(manager)
    delete: role(tenant_admin)

  scope:
    list: tenant_id = current_user.tenant_id
      as: agent, manager, tenant_admin
    read: tenant_id = current_user.tenant_id
      as: agent, manager, tenant_admin
    create: all
      as: agent, manager, tenant_admin
    update: all
      as: agent, manager
    delete: all
      as: tenant_admin

  fitness:
    repr_fields: [name, account_number, account_tier]

  index email

entity OnCallShift "On-call shift":
  intent: "Who is paged and until when, as the paging service says"
  display_field: contact

  id: uuid pk
  rota_id: str(40) required
  contact: str(120) required pii(category=identity)
  team: ref Team
  starts_at: datetime required
  ends_at: datetime required

  permit:
    list: role(manager) or role(tenant_admin)
    read: role(manager) or role(tenant_admin)
    create: role(tenant_admin)
    update: role(tenant_admin)
    delete: role(tenant_admin)

  scope:
    list: tenant_id = current_user.tenant_id
      as: manager, tenant_admin
    read: tenant_id = current_user.tenant_id
      as: manager, tenant_admin
    create: all
      as: tenant_admin
    update: all
      as: tenant_admin
    delete: all
      as: tenant_admin

  invariant: ends_at > starts_at
    message: "A shift ends after it starts"
    code: SHIFT_ENDS_BEFORE_START

  fitness:
    repr_fields: [contact, team, ends_at]
