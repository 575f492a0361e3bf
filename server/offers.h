/* Prompts and resources as the server sees them: parsed documents, and the constant lists made of them. */
#ifndef LW_SERVER_OFFERS_H
#define LW_SERVER_OFFERS_H

#include "server/result.h"
#include "server/version.h"
#include "tools/offer.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

/* The longest URI that is looked up. */
#define RESOURCE_URI_MAX 2048

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
    struct offers_prompt *prompts; /* sorted by name; documents are there when `read` is set */
    size_t prompt_count;
    struct offers_resource *resources;
    size_t resource_count;
    bool completes; /* at least one of them suggests values */
    const json_t *server_info;
    pthread_mutex_t lock; /* held by whoever reads the documents or makes a list */
    atomic_bool read;
    atomic_bool listed[VERSION_COUNT][OFFERS_LISTS];
    struct result_text lists[VERSION_COUNT][OFFERS_LISTS]; /* there when `listed` is set */
};

/* What a table holds. */
struct offers_table {
    const struct prompt *const *prompts;
    size_t prompt_count;
    const struct resource *const *resources;
    size_t resource_count;
};

/* Takes the table; documents are read by offers_read, else when one is first needed, as those of tools are (toolset.h).
   `server_info` is borrowed and goes into modern results. ERR_CONFIG where the prompts are not sorted. */
int offers_init(struct offers *o, const struct offers_table *table, const json_t *server_info, struct err *e);

/* Parses and checks all documents. Fails with ERR_CONFIG naming the document. Left to the first need, a bad one ends the
   process. */
int offers_read(struct offers *o, struct err *e);
void offers_done(struct offers *o);

/* The result of a method that lists, made when it is first asked for. This and what follows any thread may call. */
const struct result_text *offers_list(struct offers *o, enum offers_list which, enum version v);

/* NULL when there is none of that name. */
const struct offers_prompt *offers_prompt(struct offers *o, const char *name);

/* The resource a URI names, or the first template it fits; its variables then stand in `*variables`, new, {} for a plain
   resource. NULL when there is none. */
const struct offers_resource *offers_resource(struct offers *o, const char *uri, json_t **variables);

/* The template of exactly that text, or NULL. */
const struct offers_resource *offers_template(struct offers *o, const char *uri_template);

#endif
