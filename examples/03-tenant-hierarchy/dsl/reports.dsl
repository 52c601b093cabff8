# School Reports: each region, trust and school has its own host name.
module school_reports

app school_reports "School Reports":
  description: "Reports of schools, which their trusts and regions read"
  security_profile: basic

persona super_admin "Operator":
  description: "Adds regions, trusts and schools, at the address without a tenant"
  goals: "Add a school"
  proficiency: expert

persona staff "Staff":
  description: "Writes the reports of a school, or reads those of a trust or region"
  goals: "Keep the reports of a school in order"
  proficiency: intermediate

# Tenants: REGION.schools.example, TRUST.schools.example, SCHOOL.schools.example

entity Region "Region":
  intent: "A region with its trusts; people are members of a region"
  display_field: name

  id: uuid pk
  slug: slug required unique
  name: str(120) required
  role: str(40)

  membership:
    roles: role

  tenant_host:
    topology: provider_subdomain
    domain: schools.example
    slug_field: slug
    canonical_hosts: [schools.example, www.schools.example]
    order: 1

  permit:
    list: role(super_admin)
    read: role(super_admin)
    create: role(super_admin)
    update: role(super_admin)

  scope:
    list: all
      as: super_admin
    read: all
      as: super_admin
    create: all
      as: super_admin
    update: all
      as: super_admin

entity Trust "Trust":
  intent: "A trust of a region, with its schools"
  display_field: name

  id: uuid pk
  slug: slug required unique
  name: str(120) required
  region: ref Region required

  tenant_host:
    topology: provider_subdomain
    domain: schools.example
    slug_field: slug
    canonical_hosts: [schools.example, www.schools.example]
    order: 2
    parent: region

  permit:
    list: role(super_admin)
    read: role(super_admin)
    create: role(super_admin)
    update: role(super_admin)

  scope:
    list: all
      as: super_admin
    read: all
      as: super_admin
    create: all
      as: super_admin
    update: all
      as: super_admin

entity School "School":
  intent: "A school of a trust"
  display_field: name

  id: uuid pk
  slug: slug required unique
  name: str(120) required
  trust: ref Trust required

  tenant_host:
    topology: provider_subdomain
    domain: schools.example
    slug_field: slug
    canonical_hosts: [schools.example, www.schools.example]
    order: 3
    parent: trust

  permit:
    list: role(super_admin)
    read: role(super_admin)
    create: role(super_admin)
    update: role(super_admin)

  scope:
    list: all
      as: super_admin
    read: all
      as: super_admin
    create: all
      as: super_admin
    update: all
      as: super_admin

entity Report "Report":
  intent: "A report about a school"
  display_field: title

  id: uuid pk
  title: str(200) required
  school: ref School required

  permit:
    list: role(staff)
    read: role(staff)
    update: role(staff)

  scope:
    list: school = current_tenant
      as: staff
    read: school = current_tenant
      as: staff
    update: school = current_tenant
      as: staff

surface report_list "Reports":
  uses entity Report
  mode: list

  section main:
    field title "Title"
    field school "School"

workspace desk "Desk":
  purpose: "The reports of a school"

  reports:
    source: Report
    display: list
