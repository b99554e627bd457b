"""What happens to a review and its tasks: decided, returned, changed, handed on, held, late (KRN-11 to KRN-33)."""
