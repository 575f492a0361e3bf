/* The few log lines out of thousands that are worth showing: known failure signatures, and whatever calls itself an error. */
#ifndef LW_TOOLS_LOGS_FINDINGS_H
#define LW_TOOLS_LOGS_FINDINGS_H

#include "tools/diagnose.h"
#include "tools/logs/text.h"
#include "tools/signatures.h"

#define FINDINGS_MAX 400 /* different lines kept */

struct finding {
    const struct log_line *line; /* the latest of its kind; borrowed */
    const char *group;           /* borrowed */
    const struct signature *signature; /* NULL for an error nobody knows */
    int weight;                  /* of the signature, less for what was survived; an unknown error counts 20 */
    int times;                   /* how often a line of the same shape was seen */
    uint64_t shape;              /* what it says, without time, level, logger and whatever holds a digit */
};

struct findings {
    struct finding items[FINDINGS_MAX];
    size_t count;
    size_t more;           /* different lines that found no room */
    bool points_executors; /* a line says that the cause is to be found at the executors */
};

/* Looks at all lines of one stream, which must stay where they are from then on: findings point at them.
   `service` as in the signatures. A group "s3://bucket" means that the stream is a key of it. */
void findings_scan(struct findings *f, const char *service, const char *group, const struct log_lines *lines);

/* The heaviest finding, the latest of equals; NULL when nothing was found. */
const struct finding *findings_best(const struct findings *f);

/* The exception that the best finding belongs to, else the last one of the first log that has any, as log_exception; NULL for
   none. `logs` are those that were scanned, the most telling first. New reference. */
json_t *findings_exception(const struct findings *f, const struct log_lines *const *logs, size_t n);

/* Files the `max` heaviest as evidence, in the order of their time, each a clue for `d` (NULL: for nothing). Errors that
   nobody knows are filed too, but few of them beside known ones. Returns how many were left out. */
size_t findings_file(struct findings *f, size_t max, struct envelope *v, struct diagnosis *d);

#endif
