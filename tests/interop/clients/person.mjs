// Whom a client of either TypeScript SDK signs in, and what their browser does: it goes where it is sent, and on to the callback.
export class Person {
    constructor(account) {
        this.account = account;
        this.redirectUrl = account.callback;
        this.clientMetadata = { client_name: 'interop', redirect_uris: [account.callback], grant_types: ['authorization_code', 'refresh_token'],
                                response_types: ['code'], token_endpoint_auth_method: account.secret ? 'client_secret_post' : 'none' };
    }

    clientInformation() {
        return { client_id: this.account.id, ...(this.account.secret && { client_secret: this.account.secret }) };
    }

    tokens() {
        return this.kept;
    }

    saveTokens(tokens) {
        this.kept = tokens;
    }

    codeVerifier() {
        return this.verifier;
    }

    saveCodeVerifier(verifier) {
        this.verifier = verifier;
    }

    discoveryState() {
        return this.discovered;
    }

    saveDiscoveryState(state) {
        this.discovered = state;
    }

    async redirectToAuthorization(url) {
        const answer = await fetch(url, { redirect: 'manual' });
        const location = answer.headers.get('location');
        if (!location?.startsWith(this.account.callback))
            throw new Error(`the authorization server answered ${answer.status}: ${await answer.text()}`);
        this.answer = new URL(location).searchParams;
    }
}

// Connects over a transport of `make`. Where a person had to sign in meanwhile, that ended the connection: with their code there is
// a second one.
export async function connectSignedIn(person, make, connect) {
    const transport = make();
    try {
        return await connect(transport);
    } catch (error) {
        if (!person?.answer)
            throw error;
        if (!person.answer.get('code'))
            throw new Error(`the callback got ${person.answer}`, { cause: error });
        await transport.finishAuth(person.answer.get('code'));
        return connect(make());
    }
}
