/* A base URL that somebody configured. */
#ifndef LW_AWS_ENDPOINT_URL_H
#define LW_AWS_ENDPOINT_URL_H

#include "aws/endpoint.h"

/* Reads http(s)://host[:port][/path] into origin, host and path_prefix; `source` (static storage) names where
   it comes from. No user name, query or fragment. Fails with ERR_CONFIG, which does not repeat the URL. */
int endpoint_url_read(const char *url, const char *source, struct endpoint *out, struct err *e);

#endif
