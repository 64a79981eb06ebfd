"""What a section of the settings is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings: no key but those that it names, and no change once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
