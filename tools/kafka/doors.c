#include "tools/kafka/doors.h"

#include "base/json.h"
#include "base/own.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum kind { KIND_IAM, KIND_SCRAM, KIND_MTLS, KIND_TLS, KIND_PLAINTEXT, KIND_COUNT };

static const struct kind_row {
    const char *name, *protocol, *mechanism;
    const char *members[4]; /* of GetBootstrapBrokers, nearest first */
} kinds[KIND_COUNT] = {
    [KIND_IAM] = {"iam", "SASL_SSL", "AWS_MSK_IAM",
                  {"BootstrapBrokerStringSaslIam", "BootstrapBrokerStringPublicSaslIam",
                   "BootstrapBrokerStringVpcConnectivitySaslIam", "BootstrapBrokerStringSaslIamIpv6"}},
    [KIND_SCRAM] = {"scram", "SASL_SSL", "SCRAM-SHA-512",
                    {"BootstrapBrokerStringSaslScram", "BootstrapBrokerStringPublicSaslScram",
                     "BootstrapBrokerStringVpcConnectivitySaslScram", "BootstrapBrokerStringSaslScramIpv6"}},
    [KIND_MTLS] = {"mtls", "SSL", NULL,
                   {"BootstrapBrokerStringTls", "BootstrapBrokerStringPublicTls", "BootstrapBrokerStringVpcConnectivityTls",
                    "BootstrapBrokerStringTlsIpv6"}},
    [KIND_TLS] = {"tls", "SSL", NULL,
                  {"BootstrapBrokerStringTls", "BootstrapBrokerStringPublicTls", "BootstrapBrokerStringVpcConnectivityTls",
                   "BootstrapBrokerStringTlsIpv6"}},
    [KIND_PLAINTEXT] = {"plaintext", "PLAINTEXT", NULL, {"BootstrapBrokerString", "BootstrapBrokerStringIpv6"}},
};

/* NULL when this server has the means for it, else what it lacks. */
static const char *lacking(enum kind k, const struct kafka_access *a)
{
    if (k == KIND_SCRAM && !a->secret)
        return "The brokers want SCRAM, and this server has no --kafka-secret";
    if (k == KIND_MTLS && !(a->cert_file && a->key_file))
        return "The brokers want a client certificate, and this server has no --kafka-cert-file and --kafka-key-file";
    if (k == KIND_PLAINTEXT && !a->plaintext)
        return "The brokers speak plaintext only, which is refused without --kafka-plaintext";
    return NULL;
}

static void add(struct kafka_door *out, size_t *n, enum kind k, const char *bootstrap)
{
    if (*n == KAFKA_DOORS_MAX)
        return;
    out[(*n)++] = (struct kafka_door){.name = kinds[k].name, .protocol = kinds[k].protocol, .mechanism = kinds[k].mechanism,
                                      .bootstrap = xstrdup(bootstrap)};
}

size_t kafka_doors_of_msk(const json_t *bootstrap, const struct kafka_access *access, struct kafka_door *out,
                          const char **why_not)
{
    size_t n = 0;
    *why_not = "MSK names no brokers of this cluster";
    bool offered = false;
    for (enum kind k = KIND_IAM; k < KIND_COUNT && !n; k++) {
        const char *missing = lacking(k, access);
        for (size_t i = 0; i < ARRAY_LEN(kinds[k].members) && kinds[k].members[i]; i++) {
            const char *at = json_str(bootstrap, kinds[k].members[i], "");
            if (!at[0])
                continue;
            if (!missing)
                add(out, &n, k, at);
            else if (!offered)
                *why_not = missing;
            offered = true;
        }
    }
    if (n)
        *why_not = NULL;
    return n;
}

static bool signs_in_by(const json_t *mapping, const char *type)
{
    size_t i;
    json_t *a;
    json_array_foreach(json_arr(mapping, "SourceAccessConfigurations"), i, a) {
        if (!strcmp(json_str(a, "Type", ""), type))
            return true;
    }
    return false;
}

/* Whether each of the endpoints ("host:port,...") is among those the server was told of. */
static bool all_known(const char *endpoints, const char *known)
{
    for (const char *p = endpoints; *p;) {
        size_t n = strcspn(p, ",");
        bool found = false;
        for (const char *k = known ? known : ""; *k && !found;) {
            size_t m = strcspn(k, ",");
            found = m == n && !strncasecmp(k, p, n);
            k += m + (k[m] == ',');
        }
        if (!found)
            return false;
        p += n + (p[n] == ',');
    }
    return true;
}

size_t kafka_doors_of_own(const char *endpoints, const json_t *mapping, const struct kafka_access *access,
                          struct kafka_door *out, const char **why_not)
{
    size_t n = 0;
    bool short_hash = signs_in_by(mapping, "SASL_SCRAM_256_AUTH");
    enum kind k = access->cert_file && access->key_file ? KIND_MTLS : access->plaintext ? KIND_PLAINTEXT : KIND_TLS;
    if (short_hash || signs_in_by(mapping, "SASL_SCRAM_512_AUTH"))
        k = KIND_SCRAM;
    else if (signs_in_by(mapping, "CLIENT_CERTIFICATE_TLS_AUTH"))
        k = KIND_MTLS;
    else if (!mapping && access->secret)
        k = KIND_SCRAM;
    *why_not = lacking(k, access);
    bool gives_keys = k == KIND_SCRAM || k == KIND_MTLS;
    if (!*why_not && mapping && gives_keys && !all_known(endpoints, access->bootstrap))
        *why_not = "The mapping names brokers that --kafka-bootstrap does not; this server signs in at no others";
    if (*why_not)
        return 0;
    add(out, &n, k, endpoints);
    if (short_hash)
        out[0].mechanism = "SCRAM-SHA-256";
    return n;
}

void kafka_door_done(struct kafka_door *d)
{
    free(d->bootstrap);
    *d = (struct kafka_door){0};
}

json_t *kafka_door_security(const struct kafka_door *d, const struct kafka_access *access, const char *user,
                            const char *password)
{
    json_t *o = json_object();
    json_put_str(o, "protocol", d->protocol);
    json_put_str(o, "mechanism", d->mechanism);
    json_put_str(o, "user", user);
    json_put_str(o, "password", password);
    if (strcmp(d->protocol, "PLAINTEXT"))
        json_put_str(o, "ca_file", access->ca_file);
    if (!strcmp(d->name, "mtls")) {
        json_put_str(o, "certificate_file", access->cert_file);
        json_put_str(o, "key_file", access->key_file);
    }
    if (!strcmp(d->name, "plaintext"))
        json_put_flag(o, "plaintext_allowed", true);
    return o;
}
