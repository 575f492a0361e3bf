/* The streamable HTTP transport on libmicrohttpd. */
#ifndef LW_SERVER_WEB_H
#define LW_SERVER_WEB_H

#include "auth/auth.h"
#include "base/err.h"
#include "server/engine.h"

#include <stdint.h>

struct web;

struct web_options {
    const char *listen;     /* "HOST:PORT", "[::1]:8080"; port 0 for any free one */
    struct engine *engine;  /* borrowed */
    struct auth *auth;      /* borrowed */
    const char *public_url; /* its host and origin are allowed; NULL for none */
    const char *const *allowed_hosts; /* further Host values, with or without port */
    size_t allowed_host_count;
    const char *const *allowed_origins; /* further Origin values */
    size_t allowed_origin_count;
    int64_t request_timeout_ms; /* how long a client may take to send a request; 0 for 30,000 */
    int64_t keepalive_ms;       /* after how long without a word a stream gets a comment line; 0 for 15,000 */
    int threads;            /* 0 for one per core */
    const char *tls_cert;   /* files in PEM form; both NULL for plain HTTP */
    const char *tls_key;
};

/* Binds and starts serving. A port in use, an address that is not ours, --auth none on a public address and a certificate that
   cannot be used are ERR_CONFIG with what to do. */
struct web *web_start(const struct web_options *o, struct err *e);

/* The address really bound, "127.0.0.1:8080". Borrowed. */
const char *web_address(const struct web *w);

/* Stops taking connections, lets calls under way end within `grace_ms`, then stops them; frees everything. */
void web_stop(struct web *w, int64_t grace_ms);

/* Whether "HOST:PORT" names a loopback address. */
bool web_is_loopback(const char *listen);

/* An `auth` that lets everybody in may only listen on loopback: else -1 and ERR_CONFIG with what to do. web_start checks it. */
int web_check_exposure(const char *listen, const struct auth *auth, struct err *e);

#endif
