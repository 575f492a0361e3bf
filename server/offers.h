/* Prompts and resources as the server sees them: parsed documents, and the constant lists made of them. */
#ifndef LW_SERVER_OFFERS_H
#define LW_SERVER_OFFERS_H

#include "server/toolset.h"
#include "server/version.h"
#include "tools/offer.h"

#include <jansson.h>

struct offers_prompt {
    const struct prompt *prompt;
    json_t *document;
};

struct offers_resource {
    const struct resource *resource;
    json_t *document;
    const char *uri;       /* of a plain resource, in the document; NULL for a template */
    const char *uri_template; /* likewise */
};

enum offers_list { OFFERS_PROMPTS, OFFERS_RESOURCES, OFFERS_TEMPLATES, OFFERS_LISTS };

struct offers {
    struct offers_prompt *prompts; /* sorted by name */
    size_t prompt_count;
    struct offers_resource *resources;
    size_t resource_count;
    bool completes; /* at least one of them suggests values */
    struct toolset_text lists[VERSION_COUNT][OFFERS_LISTS];
};

/* What a table holds. */
struct offers_table {
    const struct prompt *const *prompts;
    size_t prompt_count;
    const struct resource *const *resources;
    size_t resource_count;
};

/* Parses, checks and serialises. `server_info` goes into modern results. Fails with ERR_CONFIG naming the document. */
int offers_init(struct offers *o, const struct offers_table *table, const json_t *server_info, struct err *e);
void offers_done(struct offers *o);

/* NULL when there is none of that name. */
const struct offers_prompt *offers_prompt(const struct offers *o, const char *name);

/* The resource a URI names, or the first template it fits; its variables then stand in `*variables`, new, {} for a plain
   resource. NULL when there is none. */
const struct offers_resource *offers_resource(const struct offers *o, const char *uri, json_t **variables);

/* The template of exactly that text, or NULL. */
const struct offers_resource *offers_template(const struct offers *o, const char *uri_template);

#endif
