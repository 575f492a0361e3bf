/* Who we are to AWS: keys, where they came from, and one front that fetches them once for all threads. */
#ifndef LW_AWS_CREDENTIALS_H
#define LW_AWS_CREDENTIALS_H

#include "base/err.h"
#include "base/stop.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One set of keys. Zero-initialise it; the strings are its own. */
struct aws_credentials {
    char *access_key_id;
    char *secret_access_key;
    char *session_token;     /* NULL for long-lived keys */
    int64_t expires_wall_ms; /* INT64_MAX when they do not expire */
    const char *provider;    /* name of the provider they came from; static storage */
    bool outlasts;           /* the provider's */
};

/* Overwrites the secrets, frees the strings, leaves a zeroed struct. Safe on a zeroed struct. */
void credentials_done(struct aws_credentials *c);

#define auto_credentials __attribute__((cleanup(credentials_done)))

/* What one provider had to say. */
enum provider_result {
    PROVIDER_FOUND,  /* `out` is filled */
    PROVIDER_ABSENT, /* nothing configured here: the next one is asked */
    PROVIDER_FAILED  /* configured, and it did not work: the search ends with its error */
};

/* A row of the chain. */
struct credential_provider {
    const char *name;
    bool outlasts; /* its keys are used on beyond their end while it cannot be reached: AWS takes them for longer */
};

#define PROVIDER_DETAIL_MAX 256

#define PROVIDERS_MAX 12

/* Where keys are looked for. */
struct credential_chain {
    const struct credential_provider *rows; /* asked in order; at most PROVIDERS_MAX; borrowed */
    size_t count;
    /* Asks the provider of a row. `detail` (PROVIDER_DETAIL_MAX bytes) gets one line for people, or stays "" where there is
       nothing to say. */
    enum provider_result (*fetch)(void *ctx, size_t row, struct stop *stop, struct aws_credentials *out, char *detail,
                                  struct err *e);
    int64_t (*version)(void *ctx); /* changes when a source does: then keys are fetched again. May be NULL */
    void *ctx;                /* goes to the functions above */
    int64_t (*wall_ms)(void); /* the time; NULL: clock_wall_ms */
};

struct credentials;

/* Asks nobody yet. */
struct credentials *credentials_new(const struct credential_chain *chain);

/* Nobody may be waiting in it. Accepts NULL. */
void credentials_free(struct credentials *c);

/* The present keys, as a copy of the caller's own (credentials_done). Fetched on first use and when their
   source has changed; refreshed when less than 15 minutes of them are left (one caller fetches, the others go
   on with the old ones) and at the latest when less than 10 are (then all wait for the one that fetches; where
   that fails, keys still valid are used on, and those of a provider that outlasts its outages even beyond). Fails with
   ERR_UNAUTHENTICATED and a list of what was tried, or with the error of the provider that failed; ERR_TIMEOUT or
   ERR_CANCELLED when the stop trips while waiting. */
int credentials_get(struct credentials *c, struct stop *stop, struct aws_credentials *out, struct err *e);

/* AWS said that these keys are expired or unknown: the next credentials_get fetches afresh, unless that has
   already happened since (`access_key_id` and `session_token` tell, `used` is what the request was signed with). */
void credentials_invalidate(struct credentials *c, const struct aws_credentials *used);

/* What each provider said at the last fetch, [{provider, result, detail}]; fetches now if nobody has yet. New
   reference. */
json_t *credentials_report(struct credentials *c, struct stop *stop);

#endif
