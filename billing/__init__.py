"""Money: plans, funds in a ledger, payments, usage and invoices, each organization's own."""
