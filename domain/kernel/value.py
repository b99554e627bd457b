"""The one configuration of every command, event, state and policy: frozen, closed, JSON-shaped."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value. An unknown field is an error, so that a typing mistake in a file is never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")
