"""What the person who starts the stack may choose."""

from pathlib import Path

from pydantic import Field

from domain.kernel.value import Value

WEB_PORT = 8080
TEMPORAL_PORT = 7233
UI_PORT = 8233


class Options(Value):
    """Port 0 asks for any free port. `home` holds all data, logs and sockets of the stack."""

    home: Path
    web_port: int = Field(default=WEB_PORT, ge=0, le=65535)
    temporal_port: int = Field(default=TEMPORAL_PORT, ge=0, le=65535)
    ui_port: int = Field(default=UI_PORT, ge=0, le=65535)
    worker: bool = True
    web: bool = True
