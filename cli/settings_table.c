/* Every setting there is: flag, variable, key in the file, default, help. */
#include "cli/command.h"

#include "base/own.h"

#define SERVERS (COMMAND_HTTP | COMMAND_STDIO)
#define RUNS_TOOLS (COMMAND_HTTP | COMMAND_STDIO | COMMAND_CALL | COMMAND_DOCTOR)
#define JUDGES (COMMAND_HTTP | COMMAND_DOCTOR)
#define HOUR_MS (3600 * 1000)

const struct setting settings_table[] = {
    {.name = "listen", .type = SETTING_STRING, .fallback = "127.0.0.1:8080", .value_name = "HOST:PORT",
     .help = "address to serve on; port 0 takes any free one", .commands = COMMAND_HTTP | COMMAND_DOCTOR},
    {.name = "auth", .type = SETTING_CHOICE, .fallback = "cognito", .choices = "cognito|upstream|none",
     .help = "who checks callers: Cognito tokens here, a proxy in front, or nobody (loopback only)", .commands = JUDGES},
    {.name = "cognito-user-pool", .type = SETTING_STRING, .value_name = "ID",
     .help = "user pool, e.g. eu-west-1_AbCdEf123; issuer and key set follow from it", .commands = JUDGES},
    {.name = "issuer", .type = SETTING_STRING, .value_name = "URL",
     .help = "exact `iss` of the tokens, where it is not a user pool's own", .commands = JUDGES},
    {.name = "jwks-url", .type = SETTING_STRING, .value_name = "URL",
     .help = "where the key set is, where it is not below the issuer", .commands = JUDGES},
    {.name = "jwks-file", .type = SETTING_STRING, .value_name = "FILE",
     .help = "key set in a file: nothing is fetched", .commands = JUDGES},
    {.name = "client-id", .type = SETTING_LIST, .value_name = "ID",
     .help = "app client whose tokens are taken", .commands = JUDGES},
    {.name = "audience", .type = SETTING_STRING, .value_name = "URI",
     .help = "what a token's `aud` must be", .commands = JUDGES},
    {.name = "scope-read", .type = SETTING_STRING, .fallback = "lakewarden/read", .value_name = "SCOPE",
     .help = "scope that lets a caller read", .commands = JUDGES},
    {.name = "scope-write", .type = SETTING_STRING, .fallback = "lakewarden/write", .value_name = "SCOPE",
     .help = "scope that lets a caller change things", .commands = JUDGES},
    {.name = "upstream-scopes", .type = SETTING_LIST, .fallback = "read", .value_name = "read|write",
     .help = "with --auth upstream: what every caller may do", .commands = JUDGES},
    {.name = "public-url", .type = SETTING_STRING, .value_name = "URL",
     .help = "the endpoint as clients know it, for metadata and challenges: https://host/mcp", .commands = JUDGES},
    {.name = "allowed-host", .type = SETTING_LIST, .value_name = "HOST",
     .help = "further Host header to serve", .commands = COMMAND_HTTP},
    {.name = "allowed-origin", .type = SETTING_LIST, .value_name = "ORIGIN",
     .help = "further Origin header to serve", .commands = COMMAND_HTTP},
    {.name = "stateless", .type = SETTING_FLAG, .fallback = "false",
     .help = "mint no session ids and accept foreign ones", .commands = COMMAND_HTTP},
    {.name = "state-key-file", .type = SETTING_STRING, .value_name = "FILE",
     .help = "secret that seals session ids, the same for all instances", .commands = COMMAND_HTTP},
    {.name = "request-timeout", .type = SETTING_TIME, .fallback = "30s", .value_name = "TIME", .min = 100,
     .max = HOUR_MS, .help = "how long a client may take to send a request", .commands = COMMAND_HTTP},
    {.name = "drain-timeout", .type = SETTING_TIME, .fallback = "10s", .value_name = "TIME", .min = 0, .max = HOUR_MS,
     .help = "how long calls may go on after SIGTERM", .commands = COMMAND_HTTP},
    {.name = "writes", .type = SETTING_CHOICE, .fallback = "deny", .choices = "deny|allow",
     .help = "whether tools may change anything", .commands = RUNS_TOOLS},
    {.name = "max-calls", .type = SETTING_COUNT, .fallback = "256", .value_name = "N", .min = 1, .max = 4096,
     .help = "tool calls at once; as many again may wait", .commands = SERVERS},
    {.name = "call-timeout", .type = SETTING_TIME, .fallback = "45s", .value_name = "TIME", .min = 100, .max = HOUR_MS,
     .help = "how long one tool call may take", .commands = RUNS_TOOLS},
    {.name = "region", .type = SETTING_STRING, .value_name = "REGION",
     .help = "AWS region, before AWS_REGION and the profile's", .commands = RUNS_TOOLS},
    {.name = "profile", .type = SETTING_STRING, .value_name = "NAME",
     .help = "profile of the AWS config files, before keys in the environment", .commands = RUNS_TOOLS},
    {.name = "config", .type = SETTING_STRING, .value_name = "FILE",
     .help = "JSON file with any of these settings", .commands = COMMAND_ALL},
    {.name = "log-level", .type = SETTING_CHOICE, .fallback = "info", .choices = "debug|info|warn|error",
     .help = "least level that is logged to stderr", .commands = COMMAND_ALL},
    {.name = "log-format", .type = SETTING_CHOICE, .fallback = "json", .choices = "json|text",
     .help = "form of the log lines", .commands = COMMAND_ALL},
    {.name = "json", .type = SETTING_FLAG, .fallback = "false",
     .help = "print JSON instead of text", .commands = COMMAND_TOOLS | COMMAND_CALL | COMMAND_DOCTOR},
};
const size_t settings_table_count = ARRAY_LEN(settings_table);
