/* JSON-RPC 2.0 answers: numbers, shapes, and one buffer per answer with the request's id spliced in. */
#ifndef LW_SERVER_RPC_H
#define LW_SERVER_RPC_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum rpc_code {
    RPC_PARSE_ERROR = -32700,
    RPC_INVALID_REQUEST = -32600,
    RPC_METHOD_NOT_FOUND = -32601,
    RPC_INVALID_PARAMS = -32602,
    RPC_INTERNAL_ERROR = -32603,
    RPC_NOT_FOUND = -32002,            /* MCP before 2026-07-28: no such resource */
    RPC_HEADER_MISMATCH = -32020,      /* MCP 2026-07-28 only, as those below */
    RPC_MISSING_CAPABILITY = -32021,
    RPC_UNSUPPORTED_VERSION = -32022
};

/* An answer on its way out. `body` is owned; NULL means that nothing is to be said (202, or a cancelled call). */
struct reply {
    int status; /* HTTP; stdio ignores it */
    char *body;
    size_t len;
    char *session; /* value for Mcp-Session-Id, owned; NULL for none */
    bool plain;    /* sent as text/plain: clients wait for ever on a JSON-RPC error that carries no id */
};

void reply_done(struct reply *r);

/* Why a message is refused. */
struct rpc_fault {
    int status;
    int code;
    char text[400];
    json_t *data; /* `error.data`, owned; NULL for none */
};

/* Fills a fault. Always returns -1. */
int rpc_refuse(struct rpc_fault *f, int status, int code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* {"jsonrpc":"2.0","id":<id>,"result":<result>}; `result` is JSON text. `id` NULL leaves the member out. */
void rpc_result(struct reply *r, const json_t *id, const char *result, size_t n);

/* {"jsonrpc":"2.0","method":<method>,"params":<params>}: a notification. Takes `params` over; NULL leaves the member out. New. */
json_t *rpc_note(const char *method, json_t *params);

/* {"jsonrpc":"2.0","id":<id>,"error":{...}}, plain when there is no id. Takes the fault's data over. */
void rpc_error(struct reply *r, const json_t *id, struct rpc_fault *f);

#endif
