/* Results: what all of a revision carry, and those that are made once and sent again and again. */
#ifndef LW_SERVER_RESULT_H
#define LW_SERVER_RESULT_H

#include "server/rpc.h"
#include "server/version.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A result as JSON text. */
struct result_text {
    char *json;
    size_t len;
};

/* Its text; free `json`. */
struct result_text result_text_of(const json_t *result);

/* What each result of 2026-07-28 carries: resultType `type`, and in _meta, which it may have, the server's name. */
void result_stamp(json_t *result, const char *type, const json_t *server_info);

/* Makes the answer of a result. Takes it over. */
void result_send(struct reply *r, const json_t *id, json_t *result);

/* ---- lists ---- */

/* A member of a document, and the first revision whose clients know it. */
struct result_member {
    const char *name;
    enum version since;
};

/* The members of a document that clients of that revision know. New. */
json_t *result_item(const json_t *document, const struct result_member *members, size_t count, enum version v);

/* The result of a method that lists: `items` (taken over) under that name. `same_for_all`: whoever asks. */
struct result_text result_list(const char *name, json_t *items, enum version v, bool same_for_all, const json_t *server_info);

#endif
