/* The header lines of one request: refused where two readers could understand them differently, and sorted into what we use.

   libmicrohttpd is lenient where request smuggling starts (two lengths, length and chunks, "Content-Length :", two hosts).
   A proxy in front may read such a request otherwise than we do, so each of them is a 400 (RFC 9112 sections 3.2, 5.1, 6.1,
   11.2). */
#ifndef LW_SERVER_WEB_HEADERS_H
#define LW_SERVER_WEB_HEADERS_H

#include "server/message.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#define WEB_TRIMMED_MAX 8

struct web_headers {
    struct header_value host, origin, authorization, content_type, content_encoding, transfer_encoding, content_length;
    size_t authorization_len;
    struct protocol_headers protocol; /* owns its list of Mcp-Param-* */
    bool has_accept, accepts_json, accepts_sse;
    int json_range, sse_range;      /* how exact the media range was that decided it */
    int64_t length;                 /* Content-Length; -1 when absent */
    const char *bad;                /* why the request is refused with 400 and closed, or NULL */
    char *trimmed[WEB_TRIMMED_MAX]; /* owned copies of values that had trailing blanks */
    int trimmed_count;
};

/* Reads all header lines of the connection's present request. `version` is the HTTP version as sent. */
void web_headers_read(struct web_headers *h, struct MHD_Connection *connection, const char *version);
void web_headers_done(struct web_headers *h);

/* Whether a Content-Type is application/json, whatever its parameters. */
bool web_is_json(const char *content_type);

#endif
