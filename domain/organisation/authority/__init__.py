"""Authority: granting and revoking a limit of authority, itself approved (KRN-05)."""
