/* The root-cause document of a ticket, as the two files that are attached to it. */
#ifndef LW_TOOLS_SERVICENOW_RCA_H
#define LW_TOOLS_SERVICENOW_RCA_H

#include "base/buf.h"
#include "base/err.h"

#include <jansson.h>

#define RCA_MAX ((size_t)512 * 1024) /* bytes of one file */

struct rca_file {
    char name[64]; /* "rca-3f0c9a1be2d4.json": named after what it holds, so that it is attached once */
    const char *type;
    struct buf text;
    char sha256[65];
};

/* Writes both: JSON {incident: {sys_id, number}, rca}, where `rca` cannot stand for the ticket it belongs to, and the same
   to read, in Markdown. Secrets are taken out. `rca` is borrowed. Free each with rca_file_done. ERR_TOO_LARGE beyond
   RCA_MAX. */
int rca_write(const json_t *rca, const char *sys_id, const char *number, struct rca_file *json, struct rca_file *markdown,
              struct err *e);
void rca_file_done(struct rca_file *f);

/* Where the copy of a file of that ticket lies in S3: prefix, number, name. Free it. */
char *rca_key(const char *prefix, const char *number, const char *name);

#endif
