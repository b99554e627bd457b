"""The strategic plan of a unit: prepared step by step, approved, in execution, adjusted, closed with what was learned."""
