/* Airflow's REST API as Amazon MWAA passes it on (InvokeRestApi): v1 for Airflow 2.x, v2 for 3.x, both without a prefix in the
   path. Paths are documented as at most 64 characters, so lists are asked for with their ids in the body where Airflow can. */
#ifndef LW_TOOLS_AIRFLOW_REST_H
#define LW_TOOLS_AIRFLOW_REST_H

#include "aws/aws.h"
#include "tools/tool.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define REST_PATH_MAX 64   /* characters (MWAA API reference, InvokeRestApi) */
#define REST_PAGE 100      /* items of a list: more is cut to this in silence */

enum rest_refusal {
    REST_FINE,
    REST_BY_AWS,     /* IAM, the network, the environment: Airflow was not asked */
    REST_BY_AIRFLOW, /* Airflow answered, with `status` */
    REST_BY_PATH     /* MWAA does not take a path that long */
};

/* Why a request came to nothing. Airflow's wording differs from version to version: only the status decides anything. */
struct rest_fault {
    enum rest_refusal by;
    int status;           /* what Airflow answered (404, 409, ...), or 0 */
    bool unclear;         /* a write that may have been carried out all the same */
    char said[384];       /* Airflow's own words, for people */
    struct aws_fault aws; /* the fault of InvokeRestApi */
};

/* One request. Zero it, fill it with rest_get or rest_post, send it, free it. */
struct rest_call {
    const char *method;
    char *path;
    json_t *query, *body;
    bool writes;   /* changes something: sent again only when it certainly was not carried out */
    json_t *reply; /* what Airflow answered, or NULL and the fault */
    struct rest_fault fault;
};

/* Which environment, and which of the two APIs it speaks. */
struct rest {
    const char *environment; /* borrowed */
    int api;                 /* 1 or 2 */
};

/* 2 for Airflow 3 and later, else 1. */
int rest_api_of(const char *airflow_version);

/* GET `path` with query parameters (taken over; NULL for none). Parts of the path come from rest_part. */
void rest_get(struct rest_call *c, char *path, json_t *query);

/* POST to `path` with a body; both are taken over. */
void rest_post(struct rest_call *c, char *path, json_t *body);

/* Frees what it holds; safe on a zeroed struct. */
void rest_call_done(struct rest_call *c);
#define auto_rest_call __attribute__((cleanup(rest_call_done)))

/* Sends them all at once; each has a reply or a fault afterwards. At most REST_CALLS_MAX. */
void rest_send(const struct rest *r, struct aws_session *s, struct rest_call *calls, size_t n);
#define REST_CALLS_MAX 8

/* The operation that a call is, as AWS sees it. */
const struct aws_operation *rest_operation(const struct rest_call *c);

/* The input of InvokeRestApi for a call, as it is sent. New reference. */
json_t *rest_input(const struct rest *r, const struct rest_call *c);

/* An id as a part of a path: percent-encoded but for what Airflow's ids are made of. Free with free(). */
char *rest_part(const char *id);

/* Files what became of a call in `sources` under "airflow:<what>"; `items` of a list with `complete`, else 1. What Airflow
   says is not there (404) is queried and not found. Returns the source, borrowed. */
json_t *rest_cover(json_t *sources, const char *what, const struct rest_call *c, size_t items, bool complete);

/* An error answer: `what` finishes "Could not ...". Says apart IAM and Airflow's own permissions. Always returns -1. */
int rest_failure(struct tool_answer *out, const struct rest_fault *f, const char *what, const char *missing);

/* One sentence on a fault, without a full stop, for people: who said no, and what may be done. Free with free(). */
char *rest_explain(const struct rest_fault *f);

#endif
