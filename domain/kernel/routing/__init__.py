"""Who decides, from data: steps from a route, people from a step, and who may (KRN-02 to KRN-13, KRN-20 to KRN-22)."""
