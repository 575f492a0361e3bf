/* JSON Schema 2020-12 on jansson: compiled once, checked often. A keyword it does not know, and that is no
   annotation, is an error when the schema is compiled: never ignored. */
#ifndef LW_SCHEMA_SCHEMA_H
#define LW_SCHEMA_SCHEMA_H

#include "base/err.h"

#include <jansson.h>

struct schema;

/* Compiles a schema document (an object or a boolean). $ref must lead to a place in the document ("#",
   "#/$defs/x", "#anchor", or the same behind the document's own $id); nothing is ever fetched. References that come
   back to one and the same value without end, documents of more than 64 levels or 4,096 subschemas, $schema of
   another dialect, and an $id below the root beside a $ref are refused. Fails with ERR_INVALID: the JSON pointer of
   the keyword and what is wrong with it. The document is not kept. Free with schema_free, which accepts NULL. */
struct schema *schema_compile(const json_t *document, struct err *e);
void schema_free(struct schema *s);

/* Checks a value (JSON Schema 2020-12; `format` is an annotation). Returns 0 when it fits; else -1 and either
   ERR_INVALID with up to five faults, each as "/pointer: expected X, got Y", joined by "; ", or ERR_TOO_LARGE when
   the check ran into its bounds: a million steps, 300 levels, the limits of a regular expression. It stays within
   100 KiB of stack. The pointer of the value itself is written "/". The schema is immutable: any number of threads
   may check against it at once; the value must not be changed meanwhile. */
int schema_check(const struct schema *s, const json_t *value, struct err *e);

#endif
