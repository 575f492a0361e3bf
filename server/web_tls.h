/* TLS on the listening socket: certificate and key as files in PEM form. libmicrohttpd speaks it with GnuTLS, and some builds
   of it, that of the release among them, without. */
#ifndef LW_SERVER_WEB_TLS_H
#define LW_SERVER_WEB_TLS_H

#include "base/buf.h"
#include "base/err.h"

#include <microhttpd.h>
#include <stdbool.h>

struct web_tls {
    struct buf cert, key; /* kept while the daemon runs: it holds on to them */
    bool on;
    struct MHD_OptionItem options[4]; /* for MHD_OPTION_ARRAY; empty without TLS */
};

/* Reads and checks what the two settings name; both NULL is plain HTTP. ERR_CONFIG with what to do: only one of the two, no such
   file, not a certificate with its key, or a libmicrohttpd without TLS. */
int web_tls_init(struct web_tls *t, const char *cert_path, const char *key_path, struct err *e);

/* Wipes the key. Safe on a zeroed struct. */
void web_tls_done(struct web_tls *t);

#endif
