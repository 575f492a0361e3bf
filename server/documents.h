/* What the server offers is known by documents that are built into the program. They are read when one is first needed, and the
   lists made of them are kept. A set of tools (toolset.h) begins with such documents, and so do the other offers (offers.h). */
#ifndef LW_SERVER_DOCUMENTS_H
#define LW_SERVER_DOCUMENTS_H

#include "base/err.h"
#include "server/result.h"
#include "server/version.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>

/* What each entry of a table begins with. */
struct document {
    const char *name; /* the text says the same */
    json_t *json;     /* there once the documents have been read */
};

#define DOCUMENTS_LISTS_MAX 4

struct documents;

/* What their owner knows: how all of them are read (-1: ERR_CONFIG that names the bad one), and how list `which` is made. */
typedef int documents_read_fn(struct documents *d, struct err *e);
typedef struct result_text documents_list_fn(const struct documents *d, unsigned which, enum version v);

/* The first member of their owner. */
struct documents {
    documents_read_fn *read;
    documents_list_fn *list;
    const json_t *server_info;
    pthread_mutex_t lock; /* held by whoever reads the documents or makes a list */
    atomic_bool there;    /* all have been read */
    atomic_bool listed[VERSION_COUNT][DOCUMENTS_LISTS_MAX];
    struct result_text lists[VERSION_COUNT][DOCUMENTS_LISTS_MAX]; /* there when `listed` is set */
};

/* Nothing is read yet. `server_info` is borrowed and goes into modern results. */
void documents_init(struct documents *d, documents_read_fn *read, documents_list_fn *list, const json_t *server_info);

/* Frees the lists; the documents themselves are the owner's. Accepts what is all zeros. */
void documents_done(struct documents *d);

/* Reads all, once. After an error nothing may follow but documents_done. Any thread, as with the two below. */
int documents_read(struct documents *d, struct err *e);

/* The same where one is first needed: a bad document is a flaw of the program, and ends it. */
void documents_need(struct documents *d);

/* A list as one revision has it, made when it is first asked for. */
const struct result_text *documents_list(struct documents *d, unsigned which, enum version v);

/* ---- tables ---- */

/* Parses the text of one and sees that it says the name. `what` it is stands in the error, as in "tool". */
int document_read(struct document *one, const char *what, const char *text, size_t n, struct err *e);

/* The entry of that name in a sorted table of `count` entries of `size` bytes; NULL when there is none. */
void *document_find(void *entries, size_t count, size_t size, const char *name);

/* Sees that a table is sorted by name and has none twice: ERR_CONFIG. */
int document_check_order(const void *entries, size_t count, size_t size, const char *what, struct err *e);

#endif
