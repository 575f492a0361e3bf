/* Outbound HTTP: one connection pool on one I/O thread for the whole process (libcurl's multi interface).
   Sends the headers it is given, Host, Content-Length and the User-Agent of the options; nothing else. A request other
   than GET and HEAD is written once: where a kept connection turns out to be dead it fails with HTTP_MAYBE_SENT.
   Follows no redirect, sends the path as it was signed (PATH_AS_IS), honours HTTPS_PROXY and NO_PROXY, trusts the CA bundle that
   base/trust.h finds, speaks TLS 1.2 and later, never asks for compression. */
#ifndef LW_BASE_HTTP_H
#define LW_BASE_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "base/stop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_header {
    const char *name;
    const char *value;
};

struct http_request {
    const char *method; /* GET, HEAD, PUT, POST, PATCH, DELETE */
    const char *url;    /* http:// or https://; sent exactly as it stands; no user information, no fragment */
    const struct http_header *headers; /* without Content-Length and Transfer-Encoding */
    size_t header_count;
    const void *body; /* borrowed until the reply is there */
    size_t body_len;
    size_t reply_max;           /* bytes of body kept; a longer reply fails with ERR_TOO_LARGE */
    int64_t timeout_ms;         /* this attempt; 0 for 10,000; at most a day */
    int64_t connect_timeout_ms; /* 0 for 3,100 */
    bool no_proxy;              /* metadata addresses are never asked through a proxy */
    bool once;                  /* the host is not asked again soon: the connection is closed after the reply */
};

/* How far a request came that brought no reply. Decides whether a write may be sent again. */
enum http_sent {
    HTTP_NOT_SENT,   /* no byte of the request left: certainly not executed */
    HTTP_MAYBE_SENT, /* some bytes may have arrived: executed or not, nobody knows */
    HTTP_REPLIED     /* a whole reply is here */
};

struct http_reply {
    enum http_sent sent;
    int status;       /* 0 unless HTTP_REPLIED */
    struct buf body;  /* NUL-terminated, may hold NULs */
    char *header_text; /* all header lines of the final response, "name: value\n" each; private, see http_reply_header */
    int64_t ms;       /* how long it took */
    /* Set unless HTTP_REPLIED: ERR_INVALID (never tried), ERR_CONFIG (no CA certificates), ERR_UNAVAILABLE (no connection),
       ERR_UPSTREAM (broken off), ERR_TIMEOUT, ERR_CANCELLED, ERR_TOO_LARGE. Names the host only: a path or query may hold
       a signature. */
    struct err err;
};

struct http;

struct http_options {
    const char *ca_bundle;  /* path; NULL for SSL_CERT_FILE, else the distribution's: base/trust.h */
    const char *user_agent; /* of every request; NULL for none */
    int max_per_host;       /* connections to one host; 0 for 32 */
};

/* Starts libcurl and the I/O thread at the first fetch, not here, so that an idle program pays for neither. The thread ends, and
   gives back what libcurl and OpenSSL took, once no connection is worth keeping: 30 s after the last fetch, at once after one
   that asks `once`. */
struct http *http_new(const struct http_options *o, struct err *e);

/* The CA bundle that is trusted. Borrowed; NULL where there is none, and then no https:// URL can be fetched. */
const char *http_ca_bundle(const struct http *h);

/* No fetch may be under way. Accepts NULL. */
void http_free(struct http *h);

/* Sends `n` requests at once and returns when each has its reply or has failed; blocks the calling thread.
   A tripped or expired `stop` (may be NULL) ends those still under way within a millisecond or so.
   Every reply is filled, to be freed with http_reply_done. Returns how many were replied to. Any thread may call it. */
size_t http_fetch_all(struct http *h, const struct http_request *requests, struct http_reply *replies, size_t n,
                      struct stop *stop);

/* One request. Returns 0 when replied to (whatever the status), else -1 with the reply's error in `e`. */
int http_fetch(struct http *h, const struct http_request *request, struct http_reply *reply, struct stop *stop,
               struct err *e);

/* Value of the first header of that name (case-insensitive), without surrounding blanks, in `out` (cut at `size`).
   Returns false when absent. */
bool http_reply_header(const struct http_reply *r, const char *name, char *out, size_t size);

/* Frees what a reply holds. Safe on a zeroed struct. */
void http_reply_done(struct http_reply *r);

#endif
