/* Arguments that headers repeat. A property of a tool's input schema that says "x-mcp-header": "Region" makes clients of
   2026-07-28 send its value as Mcp-Param-Region too (Streamable HTTP, "Custom Headers from Tool Parameters"). */
#ifndef LW_SERVER_MIRROR_PARAMS_H
#define LW_SERVER_MIRROR_PARAMS_H

#include "base/err.h"
#include "server/message.h"

#include <jansson.h>
#include <stddef.h>

/* Names from the root of the arguments to one of them. */
#define MIRROR_PATH_MAX 8

struct mirrored_param {
    const char *header;                /* what stands behind Mcp-Param- */
    const char *path[MIRROR_PATH_MAX]; /* borrowed from the schema, as the header */
    int depth;
};

struct mirror_params {
    struct mirrored_param *list;
    size_t count;
};

/* Collects the annotations of an input schema, which must outlive it. Fails with ERR_CONFIG where one breaks a rule of
   "Schema Extension": a token, unique whatever its case, on a property of type string, integer or boolean that a chain of
   `properties` leads to. Clients drop the tool otherwise. */
int mirror_params_init(struct mirror_params *p, const json_t *schema, struct err *e);
void mirror_params_done(struct mirror_params *p);

/* Checks the headers against the arguments of a call. One that is absent or null has no header, and one of another type is left
   to the check of the schema. Returns 0, or -1 and `f` (-32020, 400). */
int mirror_params_check(const struct mirror_params *p, const json_t *arguments, const struct protocol_headers *headers,
                        struct rpc_fault *f);

#endif
