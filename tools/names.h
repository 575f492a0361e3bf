/* Names that were listed lately, for suggesting them while somebody types. Kept a minute in the process. */
#ifndef LW_TOOLS_NAMES_H
#define LW_TOOLS_NAMES_H

#include <jansson.h>
#include <stdint.h>

#define NAMES_KEPT_MS (60 * 1000)
#define NAMES_LISTS_MAX 64     /* then the oldest makes room */
#define NAMES_BYTES_MAX 262144 /* of one list; what is longer is cut */

struct names;

/* Nothing is kept. Any thread may use it. */
struct names *names_new(void);
/* Accepts NULL. */
void names_free(struct names *n);

/* Keeps an array of strings under `list`, replacing what was. */
void names_keep(struct names *n, const char *list, const json_t *names);

/* The array kept less than NAMES_KEPT_MS ago, new reference; NULL when there is none. */
json_t *names_kept(struct names *n, const char *list);

#endif
