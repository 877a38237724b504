"""What a document is that was read from JSON, or will be written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

type JsonObject = dict[str, Any]
"""Keys are text; a value is what JSON has: text, number, truth, nothing, a list or an object of such. Which keys there
are is said by who writes it, in its docstring or by the dataclass it is read into."""
type JsonMapping = Mapping[str, Any]
"""The same, only read: an answer that is shown, parameters that were sent."""
