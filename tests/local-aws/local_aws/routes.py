"""Matching of REST requests against the request URIs of a service model."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Optional, Pattern
from urllib.parse import unquote

from botocore.model import OperationModel, ServiceModel

from .requests import Request

_LABEL = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class Route:
    """One operation's address; the more a route demands, the earlier it is tried."""

    name: str
    method: str
    path: Pattern[str]
    fixed_query: "tuple[tuple[str, str], ...]"
    needed_query: "tuple[str, ...]"
    needed_headers: "tuple[str, ...]"
    rank: "tuple[int, ...]"

    def labels(self, request: Request) -> "Optional[dict[str, str]]":
        """The values in the path when the request is this operation."""
        if request.method != self.method:
            return None
        if any(name not in request.query or (value and request.query[name][0] != value)
               for name, value in self.fixed_query):
            return None
        if any(name not in request.query for name in self.needed_query):
            return None
        if any(name not in request.headers for name in self.needed_headers):
            return None
        match = self.path.match(request.raw_path)
        return {name: unquote(value) for name, value in match.groupdict().items()} if match else None


def match(model: ServiceModel, request: Request) -> "tuple[Optional[str], dict[str, str]]":
    """The name of the operation and the values in its path."""
    for route in _routes(model):
        labels = route.labels(request)
        if labels is not None:
            return route.name, labels
    return None, {}


@functools.lru_cache(maxsize=None)
def _routes(model: ServiceModel) -> "tuple[Route, ...]":
    made = [_route(model.operation_model(name)) for name in model.operation_names]
    return tuple(sorted(made, key=lambda route: route.rank, reverse=True))


def _route(operation: OperationModel) -> Route:
    uri = operation.http.get("requestUri", "/")
    path, _, query = uri.partition("?")
    fixed = tuple((name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part))
    needed_query, needed_headers = _required(operation)
    literals = len(_LABEL.sub("", path))
    demands = 2 * len(fixed) + len(needed_query) + len(needed_headers)
    rank = (path.count("/") if "+}" not in path else 0, literals, demands, 0 if operation.deprecated else 1)
    if operation.service_model.service_name == "s3":
        # S3 tells its operations apart by the query alone: a bucket's path always has one label, an object's two.
        rank = (path.count("{"), demands, literals, 0 if operation.deprecated else 1)
    return Route(operation.name, operation.http.get("method", "POST"), _pattern(path), fixed, needed_query,
                 needed_headers, rank)


def _required(operation: OperationModel) -> "tuple[tuple[str, ...], tuple[str, ...]]":
    shape = operation.input_shape
    query, headers = [], []
    for member in shape.required_members if shape is not None else ():
        where = shape.members[member].serialization
        if where.get("location") == "querystring":
            query.append(where.get("name", member))
        elif where.get("location") == "header":
            headers.append(where.get("name", member).lower())
    return tuple(query), tuple(headers)


def _pattern(path: str) -> Pattern[str]:
    parts = []
    last = 0
    for label in _LABEL.finditer(path):
        parts.append(re.escape(path[last:label.start()]))
        parts.append(f"(?P<{label.group(1)}>{'.+' if label.group(2) else '[^/]+'})")
        last = label.end()
    parts.append(re.escape(path[last:]))
    return re.compile("^" + "".join(parts).rstrip("/") + "/?$")
