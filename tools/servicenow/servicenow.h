/* One ServiceNow instance: where it is, who we are there, and how it is asked. One object for the process. */
#ifndef LW_TOOLS_SERVICENOW_SERVICENOW_H
#define LW_TOOLS_SERVICENOW_SERVICENOW_H

#include "aws/aws.h"
#include "base/err.h"
#include "base/http.h"
#include "base/stop.h"

#include <jansson.h>
#include <stddef.h>

#define SERVICENOW_REPLY_MAX ((size_t)4 * 1024 * 1024)

struct servicenow_options {
    const char *url;              /* https://acme.service-now.com; NULL: there is no ServiceNow */
    const char *secret;           /* Secrets Manager: name or ARN of the credentials; NULL for none */
    const char *credentials_file; /* the same JSON in a file; NULL for none */
    const char *close_code;       /* where a call names none; may be NULL */
    const char *escalation_group; /* name or sys_id of the group that escalated tickets go to; may be NULL */
    const char *rca_bucket;       /* where a copy of each root-cause document goes; NULL: nowhere */
    const char *rca_prefix;       /* of its keys: "rca/" */
};

struct servicenow;

/* Asks nobody yet. `http` and `aws` are borrowed and must outlive it; the options are copied. ERR_CONFIG for a URL that is not
   https with a host alone (http is for loopback), or when no credentials are named. */
struct servicenow *servicenow_new(const struct servicenow_options *o, struct http *http, struct aws *aws, struct err *e);
/* Nobody may be using it. Accepts NULL. */
void servicenow_free(struct servicenow *s);

/* The options, with strings of its own; the URL without a slash at its end. Borrowed. */
const struct servicenow_options *servicenow_options(const struct servicenow *s);

/* One request of the REST API. */
struct servicenow_request {
    const char *method;       /* GET, POST, PATCH */
    const char *path;         /* "/api/now/table/incident"; percent-encoded already */
    const char *query;        /* percent-encoded, without '?'; may be NULL */
    const json_t *json;       /* body; NULL for none */
    const void *bytes;        /* or a body of bytes, of that type */
    size_t byte_count;
    const char *content_type;
    bool repeatable; /* doing it twice is doing it once: may be sent again whatever became of it */
};

/* Sends it, with a token that is fetched, kept until it runs out, and fetched anew once on a 401. Reads and what is repeatable
   are tried three times; a write that is not is sent again only when it certainly was not carried out (no connection, 401, 429).
   Retry-After is honoured as far as `stop` allows. Follows no redirect: the token goes to the instance alone.
   Returns 0 and the reply's JSON (a new reference), or -1 and `f`: its `message` is the instance's own, `status` its HTTP status,
   `effect_unknown` whether it may have been carried out. */
int servicenow_call(struct servicenow *s, const struct servicenow_request *r, struct stop *stop, json_t **out,
                    struct aws_fault *f);

/* What asks a table for rows: an encoded query as ServiceNow writes it ("name=x^active=true"; a value must not hold '^'), the
   fields wanted ("sys_id,name") and how many rows at most. Percent-encoded; free it. */
char *servicenow_search(const char *fields, int limit, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As servicenow_call for a GET of the Table API: the array `result`, new reference. */
int servicenow_query(struct servicenow *s, const char *table, const char *query, struct stop *stop, json_t **rows,
                     struct aws_fault *f);

#endif
