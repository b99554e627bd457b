"""What Signoff is measured against. Nothing here imports more of Signoff than it needs to run beside it."""
