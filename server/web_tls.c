#include "server/web_tls.h"

#include "base/file.h"
#include "base/own.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

/* A chain of certificates, or a key. */
#define PEM_MAX (64 * 1024)

/* What RFC 9325 section 3.1.1 asks for, in GnuTLS's words. */
#define TLS_1_2_AND_LATER "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

static BIO *reader(struct buf *pem)
{
    BIO *b = BIO_new_mem_buf(buf_text(pem), (int)pem->len);
    if (!b)
        abort(); /* out of memory */
    return b;
}

/* Never asks anybody for a passphrase. */
static int no_passphrase(char *out, int size, int writing, void *ctx)
{
    (void)out, (void)size, (void)writing, (void)ctx;
    return -1;
}

/* libmicrohttpd would not say what is wrong. */
static int check_pair(struct web_tls *t, const char *cert_path, const char *key_path, struct err *e)
{
    BIO *cert_bytes = reader(&t->cert), *key_bytes = reader(&t->key);
    X509 *cert = PEM_read_bio_X509(cert_bytes, NULL, no_passphrase, NULL);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(key_bytes, NULL, no_passphrase, NULL);
    int rc = 0;
    if (!cert)
        rc = err_set(e, ERR_CONFIG, "--tls-cert %s: holds no certificate in PEM form", cert_path);
    else if (!key)
        rc = err_set(e, ERR_CONFIG, "--tls-key %s: holds no private key in PEM form, or one with a passphrase", key_path);
    else if (X509_check_private_key(cert, key) != 1)
        rc = err_set(e, ERR_CONFIG, "--tls-key %s: is not the key of the first certificate in %s", key_path, cert_path);
    X509_free(cert);
    EVP_PKEY_free(key);
    BIO_free(cert_bytes);
    BIO_free(key_bytes);
    ERR_clear_error();
    return rc;
}

int web_tls_init(struct web_tls *t, const char *cert_path, const char *key_path, struct err *e)
{
    *t = (struct web_tls){.cert = BUF_INIT(PEM_MAX), .key = BUF_INIT(PEM_MAX), .options = {{MHD_OPTION_END, 0, NULL}}};
    if (!cert_path && !key_path)
        return 0;
    if (!cert_path || !key_path)
        return err_set(e, ERR_CONFIG, "--tls-cert and --tls-key go together");
    if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
        return err_set(e, ERR_CONFIG,
                       "--tls-cert: this build of lakewarden speaks no TLS to its callers; put a proxy or a load balancer in "
                       "front, or build with Debian's libmicrohttpd-dev, which can");
    if (file_read(cert_path, &t->cert, e))
        return err_wrap(e, "--tls-cert");
    if (file_read(key_path, &t->key, e))
        return err_wrap(e, "--tls-key");
    if (check_pair(t, cert_path, key_path, e))
        return -1;
    t->on = true;
    static char priorities[] = TLS_1_2_AND_LATER;
    t->options[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, t->cert.data};
    t->options[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, t->key.data};
    t->options[2] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, priorities};
    t->options[3] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    return 0;
}

void web_tls_done(struct web_tls *t)
{
    if (t->key.len)
        explicit_bzero(t->key.data, t->key.len);
    buf_done(&t->cert);
    buf_done(&t->key);
    *t = (struct web_tls){0};
}
