"""Give an account a place in a company: `python let_in.py ADDRESS COMPANY_ID ROLE`, with DATABASE_URL set.

A company's own administrators invite everybody else from `/auth/members`; the first of them has nobody to invite
them. The account is made with `dazzle auth create-user`, the company by an operator in the application.
"""

import os
import sys

from dazzle.http.runtime.auth.store import AuthStore


def main() -> None:
    """Make the membership, and the organisation that mirrors the company where it is missing."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    address, company_id, role = sys.argv[1:]
    store = AuthStore(os.environ["DATABASE_URL"])
    account = store.get_user_by_email(address)
    if account is None:
        sys.exit(f"no account with the address {address}: dazzle auth create-user {address}")
    store.ensure_organization_at_id(org_id=company_id, slug=company_id, name=company_id, is_test=False)
    store.ensure_membership(tenant_id=company_id, identity_id=str(account.id), roles=[role])


if __name__ == "__main__":
    main()
