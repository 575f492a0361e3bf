/* Settings to who may call. */
#include "cli/command.h"

#include "auth/auth.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

/* "eu-west-1_AbCdEf123": the region is the part before the underscore. */
static int pool_issuer(const char *pool, char **issuer, struct err *e)
{
    size_t region = strcspn(pool, "_");
    bool ok = pool[region] == '_' && region > 0 && pool[region + 1];
    if (!ok || pool[text_word_span(pool, "-_")])
        return err_set(e, ERR_CONFIG, "--cognito-user-pool %s: must look like eu-west-1_AbCdEf123", pool);
    const char *suffix = text_starts(pool, "cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    *issuer = xasprintf("https://cognito-idp.%.*s.%s/%s", (int)region, pool, suffix, pool);
    return 0;
}

static int upstream_scopes(const struct settings *s, unsigned *scopes, struct err *e)
{
    const char *const *items;
    size_t n = settings_list(s, "upstream-scopes", &items);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(items[i], "read") == 0 || strcmp(items[i], settings_str(s, "scope-read")) == 0)
            *scopes |= SCOPE_READ;
        else if (strcmp(items[i], "write") == 0 || strcmp(items[i], settings_str(s, "scope-write")) == 0)
            *scopes |= SCOPE_WRITE;
        else
            return err_set(e, ERR_CONFIG, "--upstream-scopes %s: must be read or write", items[i]);
    }
    return 0;
}

/* The issuer and the address of its key set, new strings: those given, or those of the user pool. */
static int cognito_addresses(const struct settings *s, char **issuer, char **jwks_url, struct err *e)
{
    const char *pool = settings_str(s, "cognito-user-pool"), *given = settings_str(s, "issuer");
    const char *url = settings_str(s, "jwks-url");
    if (pool && given)
        return err_set(e, ERR_CONFIG, "--cognito-user-pool and --issuer exclude each other");
    if (!pool && !given)
        return err_set(e, ERR_CONFIG,
                       "--auth cognito needs --cognito-user-pool ID, or --issuer URL (for a trial on this machine: --auth none)");
    if (pool && pool_issuer(pool, issuer, e))
        return -1;
    if (given)
        *issuer = xstrdup(given);
    *jwks_url = url ? xstrdup(url) : xasprintf("%s/.well-known/jwks.json", *issuer);
    return 0;
}

/* What is told to clients of where tokens come from must fit the rest. */
static int check_metadata(const struct auth_options *o, struct err *e)
{
    bool domain = o->facade_domain && *o->facade_domain;
    if (!o->facade)
        return domain ? err_set(e, ERR_CONFIG, "--oauth-domain needs --oauth-facade: else clients are told nothing of it") : 0;
    if (o->mode != AUTH_COGNITO)
        return err_set(e, ERR_CONFIG, "--oauth-facade needs --auth cognito: else no token is asked for here");
    if (!o->public_url || !*o->public_url)
        return err_set(e, ERR_CONFIG, "--oauth-facade needs --public-url: it names our own address as the authorization server");
    if (o->no_metadata)
        return err_set(e, ERR_CONFIG, "--oauth-facade and --no-oauth-metadata exclude each other");
    if (o->jwks_file && *o->jwks_file && !domain)
        return err_set(e, ERR_CONFIG, "--oauth-facade with --jwks-file needs --oauth-domain URL, for nothing is fetched then");
    return 0;
}

/* A line for people on who checks callers, and against what. */
static char *told_of(const struct auth_options *o, const char *mode)
{
    if (o->mode != AUTH_COGNITO)
        return xasprintf("not checked here (--auth %s)", mode);
    return xasprintf("%s; key set from %s", o->issuer, o->jwks_file ? o->jwks_file : o->jwks_url);
}

struct auth *program_auth_new(const struct settings *s, struct http *http, char **told, struct err *e)
{
    const char *mode = settings_str(s, "auth");
    struct tool_choice choice;
    if (program_choice(s, &choice, e))
        return NULL;
    auto_free char *issuer = NULL;
    auto_free char *jwks_url = NULL;
    struct auth_options o = {
        .mode = strcmp(mode, "none") == 0 ? AUTH_NONE : strcmp(mode, "upstream") == 0 ? AUTH_UPSTREAM : AUTH_COGNITO,
        .jwks_file = settings_str(s, "jwks-file"),
        .audience = settings_str(s, "audience"),
        .leeway_s = 30,
        .scope_ids = {settings_str(s, "scope-read"), settings_str(s, "scope-write"), NULL},
        .public_url = settings_str(s, "public-url"),
        .read_only = !choice.writes,
        .no_metadata = settings_flag(s, "no-oauth-metadata"),
        .facade = settings_flag(s, "oauth-facade"),
        .facade_domain = settings_str(s, "oauth-domain"),
        .http = http,
    };
    o.client_id_count = settings_list(s, "client-id", &o.client_ids);
    if (o.mode == AUTH_COGNITO ? cognito_addresses(s, &issuer, &jwks_url, e) : upstream_scopes(s, &o.upstream_scopes, e))
        return NULL;
    o.issuer = issuer;
    o.jwks_url = jwks_url;
    if (check_metadata(&o, e))
        return NULL;
    struct auth *auth = auth_new(&o, e);
    if (auth && told)
        *told = told_of(&o, mode);
    return auth;
}
