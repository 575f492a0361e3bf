// The official TypeScript SDK, version 1: only ever opens with `initialize`.
import { ClientCredentialsProvider } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/client/auth-extensions.js';
import { Client } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/client/index.js';
import { StdioClientTransport } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/client/stdio.js';
import { StreamableHTTPClientTransport } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/client/streamableHttp.js';
import { ElicitRequestSchema } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/types.js';
import { carryOut } from './plan.mjs';

// A token of the plan, or an account that the SDK signs in with by itself.
function entry({ headers, account }) {
    if (!account)
        return { requestInit: { headers } };
    return { authProvider: new ClientCredentialsProvider({ clientId: account.id, clientSecret: account.secret,
                                                           scope: account.scope, expectedIssuer: account.issuer }) };
}

await carryOut(async (plan, onError, onQuestion) => {
    const transport = plan.url
        ? new StreamableHTTPClientTransport(new URL(plan.url), entry(plan))
        : new StdioClientTransport({ command: plan.command[0], args: plan.command.slice(1) });
    const client = new Client({ name: 'interop', version: '1' }, { capabilities: { elicitation: { form: {} } } });
    client.onerror = onError;
    client.setRequestHandler(ElicitRequestSchema, async request => onQuestion(request.params));
    let version = null;
    transport.setProtocolVersion = (inner => text => (version = text, inner?.call(transport, text)))(transport.setProtocolVersion);
    await client.connect(transport);
    return {
        version,
        server: client.getServerVersion(),
        list: options => client.listTools({}, options),
        call: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options),
        close: async () => {
            if (plan.url)
                await transport.terminateSession();
            await client.close();
        },
    };
});
