"""Types of their own, which know of no case: money, messages, local times and working time, sealed values, content."""
