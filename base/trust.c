#include "base/trust.h"

#include "base/own.h"

#include <stdlib.h>
#include <unistd.h>

/* In the order of how sure each is to be the distribution's own and not an old copy. */
static const char *const places[] = {
    "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Alpine, Arch, Gentoo, distroless images */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora, RHEL and its kin, Amazon Linux 2023 */
    "/etc/pki/tls/certs/ca-bundle.crt",                  /* Amazon Linux 2, older RHEL */
    "/etc/ssl/ca-bundle.pem",                            /* SUSE */
    "/var/lib/ca-certificates/ca-bundle.pem",            /* SUSE, where the former is only a link */
    "/etc/ssl/cert.pem",                                 /* Alpine without the package ca-certificates */
};

int trust_named(const char *given, char **path, struct err *e)
{
    const char *variable = getenv("SSL_CERT_FILE");
    const char *named = given ? given : variable && *variable ? variable : NULL;
    if (named && access(named, R_OK))
        return err_set(e, ERR_CONFIG, "the CA bundle %s cannot be read", named);
    *path = named ? xstrdup(named) : NULL;
    return 0;
}

char *trust_system(const char *root)
{
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        auto_free char *path = xasprintf("%s%s", root, places[i]);
        if (access(path, R_OK) == 0)
            return steal(&path);
    }
    return NULL;
}

int trust_missing(struct err *e)
{
    return err_set(e, ERR_CONFIG,
                   "no CA certificates: none at %s, nor where other distributions keep them; install the package "
                   "ca-certificates, or name a bundle in SSL_CERT_FILE or AWS_CA_BUNDLE",
                   places[0]);
}
