/* JSON Schema 2020-12 on jansson: compiled once, checked often. A keyword it does not know, and that is no
   annotation, is an error when the schema is compiled: never ignored. */
#ifndef LW_SCHEMA_SCHEMA_H
#define LW_SCHEMA_SCHEMA_H

#include "base/err.h"

#include <jansson.h>

struct schema;

/* Compiles a schema document (an object or a boolean). Local $ref ("#", "#/$defs/x", "#anchor") only; nothing is
   ever fetched. Fails with ERR_INVALID naming the JSON pointer of the keyword and what is wrong with it.
   The document is not kept. Free with schema_free. */
struct schema *schema_compile(const json_t *document, struct err *e);
void schema_free(struct schema *s);

/* Checks a value. Returns 0 when it fits; else -1 and ERR_INVALID with up to five faults, each as
   "/pointer: expected X, got Y", joined by "; ". Work is bounded whatever schema and value are. The schema is
   immutable: any number of threads may check against it at once. */
int schema_check(const struct schema *s, const json_t *value, struct err *e);

#endif
