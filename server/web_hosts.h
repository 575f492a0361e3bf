/* Which Host and Origin values are ours: the defence against DNS rebinding and against pages that post from a browser
   (MCP transports, security). */
#ifndef LW_SERVER_WEB_HOSTS_H
#define LW_SERVER_WEB_HOSTS_H

#include "server/web.h"

#include <stdbool.h>

/* Whether the Host header may be served. Bound to loopback: localhost, 127.0.0.1 and [::1] with any port, the public URL's
   host and the allowed ones. Bound elsewhere: the same lists if any are configured, else every host (a token decides). */
bool web_host_allowed(const struct web_options *o, const char *host);

/* Whether the Origin header may be served. Absent (NULL) is no browser and fine; "null" never is. */
bool web_origin_allowed(const struct web_options *o, const char *origin);

#endif
