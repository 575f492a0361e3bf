/* What a static C library would do with plug-ins of the machine it runs on (name services, modules of OpenSSL), done without or
   refused: plug-ins of another C library than ours end a process, or worse. Linked into the release first, so that the library's
   own versions stay out; the linker warns of each that does not, and warnings are errors there.
   Names of hosts outside are not resolved here: libcurl asks c-ares, which reads /etc/hosts and asks the name servers itself.
   The definitions are weak, so that a test may put its own in their place. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WEAK __attribute__((weak))

struct one_address {
    struct addrinfo info; /* first: it is what callers hold */
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
};

/* Writes the address that `node` spells, or that of localhost; NULL is all addresses or, not passive, localhost. */
static int address_spelt(const char *node, int family, int passive, struct one_address *out)
{
    static const char *const implied[2][2] = {{"127.0.0.1", "::1"}, {"0.0.0.0", "::"}};
    const char *text = node && strcmp(node, "localhost") != 0 ? node : implied[!node && passive != 0][family == AF_INET6];
    if (family != AF_INET6 && inet_pton(AF_INET, text, &out->address.v4.sin_addr) == 1) {
        out->address.v4.sin_family = AF_INET;
        out->info.ai_addrlen = sizeof out->address.v4;
        return 0;
    }
    if (family != AF_INET && inet_pton(AF_INET6, text, &out->address.v6.sin6_addr) == 1) {
        out->address.v6.sin6_family = AF_INET6;
        out->info.ai_addrlen = sizeof out->address.v6;
        return 0;
    }
    return EAI_NONAME;
}

WEAK int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    struct one_address *found = calloc(1, sizeof *found);
    char *end = NULL;
    unsigned long port = service ? strtoul(service, &end, 10) : 0;
    if (!found)
        return EAI_MEMORY;
    if ((service && (end == service || *end)) || port > 65535 ||
        address_spelt(node, hints ? hints->ai_family : AF_UNSPEC, hints && hints->ai_flags & AI_PASSIVE, found)) {
        free(found);
        return EAI_NONAME;
    }
    found->address.v4.sin_port = htons((uint16_t)port); /* where IPv6 has it too */
    found->info.ai_family = found->address.any.sa_family;
    found->info.ai_socktype = hints && hints->ai_socktype ? hints->ai_socktype : SOCK_STREAM;
    found->info.ai_addr = &found->address.any;
    *out = &found->info;
    return 0;
}

WEAK void freeaddrinfo(struct addrinfo *info)
{
    free(info);
}

/* Numbers only: whoever asks for names gets numbers too. */
WEAK int getnameinfo(const struct sockaddr *restrict address, socklen_t size, char *restrict host, socklen_t host_size,
                     char *restrict service, socklen_t service_size, int flags)
{
    (void)flags;
    const void *bytes;
    in_port_t port;
    if (address->sa_family == AF_INET && size >= sizeof(struct sockaddr_in)) {
        bytes = &((const struct sockaddr_in *)address)->sin_addr;
        port = ((const struct sockaddr_in *)address)->sin_port;
    } else if (address->sa_family == AF_INET6 && size >= sizeof(struct sockaddr_in6)) {
        bytes = &((const struct sockaddr_in6 *)address)->sin6_addr;
        port = ((const struct sockaddr_in6 *)address)->sin6_port;
    } else {
        return EAI_FAMILY;
    }
    if (host && host_size && !inet_ntop(address->sa_family, bytes, host, host_size))
        return EAI_OVERFLOW;
    if (service && service_size && snprintf(service, service_size, "%u", ntohs(port)) >= (int)service_size)
        return EAI_OVERFLOW;
    return 0;
}

WEAK struct hostent *gethostbyname(const char *name)
{
    (void)name;
    h_errno = NO_RECOVERY;
    return NULL;
}

WEAK int getservbyname_r(const char *name, const char *protocol, struct servent *entry, char *buffer, size_t size,
                         struct servent **found)
{
    (void)name, (void)protocol, (void)entry, (void)buffer, (void)size;
    *found = NULL;
    return ENOENT;
}

WEAK int getservbyport_r(int port, const char *protocol, struct servent *entry, char *buffer, size_t size, struct servent **found)
{
    (void)port, (void)protocol, (void)entry, (void)buffer, (void)size;
    *found = NULL;
    return ENOENT;
}

WEAK void *dlopen(const char *file, int mode)
{
    (void)file, (void)mode;
    return NULL;
}

WEAK void *dlsym(void *restrict handle, const char *restrict name)
{
    (void)handle, (void)name;
    return NULL;
}

WEAK int dlclose(void *handle)
{
    (void)handle;
    return -1;
}

WEAK char *dlerror(void)
{
    static char text[] = "a static program loads no modules";
    return text;
}

WEAK int dladdr(const void *address, Dl_info *info)
{
    (void)address, (void)info;
    return 0;
}
