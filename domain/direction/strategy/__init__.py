"""The strategic plan of a unit: prepared step by step, approved, executed, adjusted, closed with what was learned."""
