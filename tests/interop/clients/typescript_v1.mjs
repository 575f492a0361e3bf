// The official TypeScript SDK, version 1: only ever opens with `initialize`.
import { ClientCredentialsProvider } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/client/auth-extensions.js';
import { Client } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/client/index.js';
import { StdioClientTransport } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/client/stdio.js';
import { StreamableHTTPClientTransport } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/client/streamableHttp.js';
import { ElicitRequestSchema } from '../node/node_modules/@modelcontextprotocol/sdk/dist/esm/types.js';
import { Person, connectSignedIn } from './person.mjs';
import { carryOut } from './plan.mjs';

// A token of the plan, or an account that the SDK signs in with by itself: a machine's, or a person's.
function entry({ headers, account }) {
    if (!account)
        return { requestInit: { headers } };
    if (account.callback)
        return { authProvider: new Person(account) };
    return { authProvider: new ClientCredentialsProvider({ clientId: account.id, clientSecret: account.secret,
                                                           scope: account.scope, expectedIssuer: account.issuer }) };
}

await carryOut(async (plan, onError, onQuestion) => {
    const options = entry(plan);
    const make = () => plan.url
        ? new StreamableHTTPClientTransport(new URL(plan.url), options)
        : new StdioClientTransport({ command: plan.command[0], args: plan.command.slice(1) });
    let version = null;
    const { client, transport } = await connectSignedIn(options.authProvider, make, async transport => {
        const client = new Client({ name: 'interop', version: '1' }, { capabilities: { elicitation: { form: {} } } });
        client.onerror = onError;
        client.setRequestHandler(ElicitRequestSchema, async request => onQuestion(request.params));
        transport.setProtocolVersion = (inner => text => (version = text, inner?.call(transport, text)))(transport.setProtocolVersion);
        await client.connect(transport);
        return { client, transport };
    });
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
