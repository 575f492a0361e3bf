/* How this server may reach brokers: the settings that begin with --kafka. */
#ifndef LW_TOOLS_KAFKA_ACCESS_H
#define LW_TOOLS_KAFKA_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Borrowed from the settings; NULL where not set. */
struct kafka_access {
    const char *bootstrap; /* brokers of a consumer that neither a mapping nor MSK leads to */
    const char *secret;    /* SCRAM: id of a secret in Secrets Manager, JSON with username and password */
    const char *ca_file, *cert_file, *key_file; /* PEM */
    const char *worker;    /* the program that speaks to brokers */
    bool plaintext;        /* brokers without TLS may be spoken to */
    int64_t timeout_ms;    /* for one look at the brokers */
};

#endif
