"""`signoff web` as a module, for the bench's way to start programs."""

from runtime.exit import leave
from web.app import main

if __name__ == "__main__":
    leave(main())
