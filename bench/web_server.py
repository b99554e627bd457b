"""`signoff web` as a module, for the bench's way to start programs."""

from ending import leave
from web.app import main

if __name__ == "__main__":
    leave(main())
