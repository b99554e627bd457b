"""Hiring: from a requisition to a filled seat (HIR-*)."""
