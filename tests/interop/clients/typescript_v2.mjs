// The official TypeScript SDK, version 2: `initialize`, or `server/discover` when told to negotiate.
import { Client, ClientCredentialsProvider, StreamableHTTPClientTransport } from '../node/node_modules/@modelcontextprotocol/client/dist/index.mjs';
import { StdioClientTransport } from '../node/node_modules/@modelcontextprotocol/client/dist/stdio.mjs';
import { Person, connectSignedIn } from './person.mjs';
import { carryOut } from './plan.mjs';

// "legacy", "legacy 2025-06-18", "auto", "pin 2026-07-28"
function optionsOf(mode) {
    const [way, version] = mode.split(' ');
    const capabilities = { elicitation: { form: {} } };
    if (way === 'pin')
        return { capabilities, versionNegotiation: { mode: { pin: version } } };
    return { capabilities, versionNegotiation: { mode: way }, ...(version && { supportedProtocolVersions: [version] }) };
}

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
    const { client, transport } = await connectSignedIn(options.authProvider, make, async transport => {
        const client = new Client({ name: 'interop', version: '1' }, optionsOf(plan.mode));
        client.onerror = onError;
        client.setRequestHandler('elicitation/create', async request => onQuestion(request.params));
        await client.connect(transport);
        return { client, transport };
    });
    return {
        version: client.getNegotiatedProtocolVersion(),
        server: client.getServerVersion(),
        list: options => client.listTools({}, options),
        call: (name, args, options) => client.callTool({ name, arguments: args }, options),
        close: async () => {
            if (plan.url)
                await transport.terminateSession();
            await client.close();
        },
    };
});
