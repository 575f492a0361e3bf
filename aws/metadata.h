/* The small HTTP services on link-local addresses that hand out keys: those of containers and of EC2 instances. */
#ifndef LW_AWS_METADATA_H
#define LW_AWS_METADATA_H

#include "aws/aws_private.h"
#include "aws/endpoint.h"
#include "aws/profile.h"

#include <jansson.h>

/* One request to such a service. Never sent through a proxy; redirects are not followed. */
struct metadata_request {
    const char *method;
    const char *url;
    const char *header; /* name of one header; NULL: none */
    const char *value;
    int64_t timeout_ms; /* of one attempt */
    int attempts;
    int64_t pause_ms; /* between attempts */
};

/* Sends it until something answers with 200, or with 4xx (no attempt will change that), or the attempts are used up. Returns
   the reply's body, a new string, or NULL: ERR_NOT_FOUND for 404, ERR_DENIED for other 4xx, ERR_UPSTREAM for another status,
   ERR_UNAVAILABLE, ERR_TIMEOUT or ERR_CANCELLED where nothing came. */
char *metadata_fetch(struct aws *a, const struct metadata_request *m, struct stop *stop, struct err *e);

/* One visit to the metadata of the instance, by IMDSv2 (EC2 user guide): a token first, then what is asked for with it. */
struct instance_visit {
    struct aws *a;     /* borrowed */
    struct stop *stop; /* borrowed, may be NULL */
    struct endpoint at;
    int64_t timeout_ms;
    int attempts;
    char *token;
};

/* Gets the token. Returns 0, or -1: ERR_NOT_FOUND also where AWS_EC2_METADATA_DISABLED forbids it, ERR_CONFIG where a setting
   is wrong, else as metadata_fetch. instance_leave either way. */
int instance_enter(struct instance_visit *v, struct aws *a, const struct profile_set *set, struct stop *stop, struct err *e);

/* What is at `path` ("/latest/meta-data/..."): a new string, or NULL as metadata_fetch. */
char *instance_ask(const struct instance_visit *v, const char *path, struct err *e);

/* Overwrites the token. Safe on a zeroed struct. */
void instance_leave(struct instance_visit *v);
#define auto_instance_visit __attribute__((cleanup(instance_leave)))

#endif
