/* Prompts and resources as the server sees them: parsed documents, and the constant lists made of them. */
#ifndef LW_SERVER_OFFERS_H
#define LW_SERVER_OFFERS_H

#include "server/documents.h"
#include "tools/offer.h"

#include <jansson.h>

/* The longest URI that is looked up. */
#define RESOURCE_URI_MAX 2048

struct offers_prompt {
    struct document document; /* first */
    const struct prompt *prompt;
};

struct offers_resource {
    struct document document; /* first */
    const struct resource *resource;
    const char *uri;          /* of a plain resource, in the document; NULL for a template */
    const char *uri_template; /* likewise */
};

enum offers_list { OFFERS_PROMPTS, OFFERS_RESOURCES, OFFERS_TEMPLATES };

struct offers {
    struct documents documents; /* first; its lists are those of enum offers_list */
    struct offers_prompt *prompts; /* sorted by name */
    size_t prompt_count;
    struct offers_resource *resources;
    size_t resource_count;
    bool completes; /* at least one of them suggests values */
};

/* What a table holds. */
struct offers_table {
    const struct prompt *const *prompts;
    size_t prompt_count;
    const struct resource *const *resources;
    size_t resource_count;
};

/* Takes the table; documents are read by documents_read, else when one is first needed, as those of tools are (toolset.h).
   ERR_CONFIG where the prompts are not sorted; offers_done is called all the same. */
int offers_init(struct offers *o, const struct offers_table *table, const json_t *server_info, struct err *e);

/* Accepts what is all zeros. */
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
