/* One JSON-RPC message: what it is, whose era it belongs to, and whether its headers agree with its body. */
#ifndef LW_SERVER_MESSAGE_H
#define LW_SERVER_MESSAGE_H

#include "server/rpc.h"
#include "server/version.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* What a request of 2026-07-28 carries in params._meta. */
#define META_VERSION "io.modelcontextprotocol/protocolVersion"
#define META_CAPABILITIES "io.modelcontextprotocol/clientCapabilities"
#define META_LOG_LEVEL "io.modelcontextprotocol/logLevel"

enum message_kind { MESSAGE_REQUEST, MESSAGE_NOTIFICATION, MESSAGE_RESPONSE };

/* All pointers are borrowed from the parsed JSON. */
struct message {
    enum message_kind kind;
    const char *method;     /* NULL for a response */
    const json_t *id;       /* requests and responses */
    const json_t *params;   /* object, or NULL when absent or null */
    const json_t *meta;     /* params._meta, or NULL */
    bool modern_envelope;   /* _meta carries a key that only 2026-07-28 requests have */
};

/* One header as the front end found it. */
struct header_value {
    const char *value; /* without blanks around it; NULL when absent */
    int count;         /* lines of that name */
};

/* Headers Mcp-Param-* of different names that are kept; of the rest is only known that there are some. */
#define PARAM_HEADERS_MAX 32

/* One Mcp-Param-<name>; borrowed. */
struct param_header {
    const char *name;
    struct header_value value; /* perhaps with blanks behind it */
};

/* The headers the protocol itself looks at. stdio has none. */
struct protocol_headers {
    struct header_value version; /* MCP-Protocol-Version */
    struct header_value method;  /* Mcp-Method */
    struct header_value name;    /* Mcp-Name */
    struct header_value session; /* Mcp-Session-Id */
    struct param_header *params; /* in the order they came */
    size_t param_count;
    bool params_cut;             /* there were more */
};

/* Whether a value may be a request's id: an integer, or a string of at most 256 bytes. NULL may not. */
bool message_id_is_valid(const json_t *id);

/* Sorts a JSON value into a message. On failure fills `f` (-32600, 400) and still sets m->id where one can be read. */
int message_read(const json_t *value, struct message *m, struct rpc_fault *f);

/* Whether the message must be served by the modern rules, whatever else is wrong with it. `headers` NULL on stdio. */
bool message_is_modern(const struct message *m, const struct protocol_headers *headers);

/* The checks on a modern request, in the order the protocol demands: version header, `_meta`, header against body,
   supported version, Mcp-Method, Mcp-Name. `headers` NULL on stdio. Returns 0, or -1 and `f`. */
int message_check_modern(const struct message *m, const struct protocol_headers *headers, struct rpc_fault *f);

/* The same for a modern notification over HTTP. No header is asked of it, but a version that is not served is refused. */
int message_check_notification(const struct protocol_headers *headers, struct rpc_fault *f);

#endif
