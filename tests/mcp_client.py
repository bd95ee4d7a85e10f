"""Uses `gimlet mcp` through the protocol's official Python client and prints what it saw as JSON.

Usage: mcp_client.py GIMLET FUNCTIONS
"""

import asyncio
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


def plain(result):
    is_error = result.is_error if hasattr(result, "is_error") else result.isError
    return [bool(is_error), "\n".join(block.text for block in result.content)]


async def main(gimlet, functions):
    seen = {}
    server = StdioServerParameters(command=gimlet, args=["mcp", "--tool", functions], env=dict(os.environ))
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        began = await session.initialize()
        info = began.server_info if hasattr(began, "server_info") else began.serverInfo
        seen["server"] = info.name
        seen["tools"] = [tool.name for tool in (await session.list_tools()).tools]
        seen["python"] = plain(await session.call_tool("python", {"code": "x = 6 * 7\nprint(x)"}))
        seen["state"] = plain(await session.call_tool("python", {"code": "x + 1"}))
        seen["traceback"] = plain(await session.call_tool("python", {"code": "1 / 0"}))
        both = await asyncio.gather(session.call_tool("meet_a", {}), session.call_tool("meet_b", {}))
        seen["parallel"] = [plain(result) for result in both]
        try:
            await session.call_tool("nonsense", {})
        except Exception as error:
            seen["unknown"] = str(error)
        endless = asyncio.create_task(session.call_tool("endless", {}))
        while not os.path.exists("began"):
            await asyncio.sleep(0.05)
        endless.cancel()
        # The tool's process is gone when the file that it holds is.
        seen["cancelled"] = plain(await session.call_tool("wait_for_end", {}))
    print(json.dumps(seen))


asyncio.run(main(*sys.argv[1:]))
