/* The socket that clients connect to. */
#include "server/web_private.h"

#include "base/own.h"
#include "base/text.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* "HOST:PORT" into its parts; "[::1]:8080" with brackets. */
static int split(const char *listen, char **host, char **port, struct err *e)
{
    const char *colon = strrchr(listen, ':');
    int64_t number;
    if (!colon || text_to_range(colon + 1, 0, 65535, &number))
        return err_set(e, ERR_CONFIG, "--listen %s: must be HOST:PORT, e.g. 127.0.0.1:8080 or [::1]:8080", listen);
    bool brackets = *listen == '[' && colon > listen + 1 && colon[-1] == ']';
    *host = brackets ? xstrndup(listen + 1, (size_t)(colon - listen) - 2) : xstrndup(listen, (size_t)(colon - listen));
    *port = xstrdup(colon + 1);
    return 0;
}

static int bind_to(struct web *w, const struct addrinfo *a, struct err *e)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    if (fd < 0)
        return err_set(e, ERR_CONFIG, "socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, a->ai_addr, a->ai_addrlen) || listen(fd, 1024)) {
        err_set(e, ERR_CONFIG, "cannot listen on %s: %s%s", w->o.listen, strerror(errno),
                errno == EADDRINUSE ? " (choose another port with --listen, or stop what uses this one)" : "");
        close(fd);
        return -1;
    }
    w->listen_fd = fd;
    return 0;
}

int web_listen(struct web *w, struct err *e)
{
    auto_free char *host = NULL, *port = NULL;
    if (split(w->o.listen, &host, &port, e) || web_check_exposure(w->o.listen, w->o.auth, e))
        return -1;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
    int rc = getaddrinfo(*host ? host : NULL, port, &hints, &found);
    if (rc)
        return err_set(e, ERR_CONFIG, "--listen %s: %s", w->o.listen, gai_strerror(rc));
    rc = bind_to(w, found, e);
    freeaddrinfo(found);
    if (rc)
        return -1;
    struct sockaddr_storage bound;
    socklen_t n = sizeof bound;
    char name[NI_MAXHOST], service[NI_MAXSERV];
    getsockname(w->listen_fd, (struct sockaddr *)&bound, &n);
    getnameinfo((struct sockaddr *)&bound, n, name, sizeof name, service, sizeof service, NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(w->address, sizeof w->address, strchr(name, ':') ? "[%.60s]:%.6s" : "%.60s:%.6s", name, service);
    return 0;
}

void web_listen_end(struct web *w)
{
    shutdown(w->listen_fd, SHUT_RD);
}
