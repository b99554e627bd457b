"""The embedded stack: real Postgres and real Temporal as child processes of one command, for trying, testing and demo.

Production does without it: it has a Postgres and a Temporal of its own (see `docker-compose.yml`). Callers import
`embedded.run.run_stack`, `embedded.stack.Stack` and `embedded.options.Options`; nothing is imported here, because
`embedded.state` is also read where the extra is not installed.
"""
