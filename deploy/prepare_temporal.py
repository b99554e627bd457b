# ruff: noqa: INP001 - a script for a one-shot container, not a module
"""Makes Temporal ready for Signoff: the namespace, and the search attributes that an unregistered one would block."""

import asyncio
import os
import sys
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

from workflows.search_attributes import SEARCH_ATTRIBUTES

RETENTION = timedelta(days=30)
"""How long Temporal remembers a finished workflow; the log remembers for ever."""

_TYPES = {
    "Text": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "KeywordList": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    "Double": IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
    "Bool": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
}


async def prepare() -> str:
    """Does what is missing, waits until Temporal has it everywhere, and says what that was. Safe to repeat."""
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    made = await _namespace(client)
    added = await _search_attributes(client)
    return f"namespace {client.namespace} {'made' if made else 'there'}; added: {', '.join(added) or 'nothing'}"


async def _namespace(client: Client) -> bool:
    made = False
    while not await _namespace_exists(client):
        if not made:
            retention = Duration()
            retention.FromTimedelta(RETENTION)
            await client.workflow_service.register_namespace(
                RegisterNamespaceRequest(namespace=client.namespace, workflow_execution_retention_period=retention)
            )
            made = True
        await asyncio.sleep(0.2)
    return made


async def _namespace_exists(client: Client) -> bool:
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def _search_attributes(client: Client) -> list[str]:
    missing = sorted(set(SEARCH_ATTRIBUTES) - await _until_known(client, set()))
    if missing:
        wanted = {name: _TYPES[SEARCH_ATTRIBUTES[name]] for name in missing}
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
        )
    await _until_known(client, set(SEARCH_ATTRIBUTES))
    return missing


async def _until_known(client: Client, wanted: set[str]) -> set[str]:
    """The registered attributes, once all `wanted` are among them. A new namespace is unknown for a moment, too."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    while True:
        try:
            known = set((await client.operator_service.list_search_attributes(request)).custom_attributes)
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
        else:
            if wanted <= known:
                return known
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(prepare()) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the Temporal client's threads sometimes crash the interpreter's own way out
