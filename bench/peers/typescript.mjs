// The TypeScript SDK v2 as a peer: the same tools, as JSON schemas, without authentication.
// usage: node typescript.mjs MODULES TOOLS_JSON; prints its port.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [modules, toolsFile] = process.argv.slice(2);
const require = createRequire(`${modules}/node_modules/`);
const { McpServer, createMcpHandler, fromJsonSchema } = require('@modelcontextprotocol/server');
const { toNodeHandler } = require('@modelcontextprotocol/node');

// Schemas are compiled once, as a careful user of the SDK would do.
const tools = JSON.parse(readFileSync(toolsFile, 'utf8')).tools.map((tool) => ({
    name: tool.name,
    config: {
        title: tool.title,
        description: tool.description,
        annotations: tool.annotations,
        inputSchema: fromJsonSchema(tool.inputSchema),
        ...(tool.outputSchema && { outputSchema: fromJsonSchema(tool.outputSchema) }),
    },
}));

function newServer() {
    const server = new McpServer({ name: 'peer', version: '1.0.0' });
    for (const { name, config } of tools) {
        server.registerTool(name, config, async () => ({ content: [{ type: 'text', text: 'nothing' }] }));
    }
    return server;
}

const http = createServer(toNodeHandler(createMcpHandler(newServer)));
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
