"""Forms made from the models of commands: what to ask, what was asked already, what was answered, what is wrong."""
