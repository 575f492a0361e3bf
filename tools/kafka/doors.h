/* Which way leads to the brokers, and how one signs in there. */
#ifndef LW_TOOLS_KAFKA_DOORS_H
#define LW_TOOLS_KAFKA_DOORS_H

#include "tools/env.h"

#include <jansson.h>

/* One way in: what stands in a job's "bootstrap" and "security" (tools/kafka/worker.h), without its secrets. */
struct kafka_door {
    const char *name;      /* "iam", "scram", "mtls", "tls", "plaintext" */
    const char *protocol;  /* "SASL_SSL", "SSL", "PLAINTEXT" */
    const char *mechanism; /* NULL without SASL */
    char *bootstrap;       /* owned */
};

#define KAFKA_DOORS_MAX 4

/* The ways in, the best first: IAM before SCRAM before TLS before plaintext, within one the private addresses before those that
   lead in from outside. SCRAM needs a secret, mutual TLS a certificate, plaintext the server's leave; what is missing goes into
   `why_not` (a sentence; may be NULL) when no way is left. `bootstrap` is the reply of GetBootstrapBrokers. Returns how many;
   each is ended by kafka_door_done. */
size_t kafka_doors_of_msk(const json_t *bootstrap, const struct kafka_access *access, struct kafka_door *out,
                          const char **why_not);

/* As kafka_doors_of_msk for brokers of somebody's own, where the mapping (may be NULL) says how Lambda signs in. Brokers that a
   mapping names get our name and certificate only where --kafka-bootstrap names them too: anybody who may make a mapping could
   otherwise have us sign in at brokers of his own. */
size_t kafka_doors_of_own(const char *endpoints, const json_t *mapping, const struct kafka_access *access,
                          struct kafka_door *out, const char **why_not);

void kafka_door_done(struct kafka_door *d);

/* A job's "security" for this door; `user` and `password` for SCRAM, else NULL. New reference; holds secrets. */
json_t *kafka_door_security(const struct kafka_door *d, const struct kafka_access *access, const char *user,
                            const char *password);

#endif
