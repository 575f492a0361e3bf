#include "server/session.h"

#include "base/clock.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"
#include "server/late.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define LIFE_S (24 * 3600)
#define LAYOUT 2

/* What is sealed. Written byte by byte, so that instances of any build agree. */
struct sealed {
    unsigned char layout;
    unsigned char version;
    unsigned char client_can[2];
    unsigned char expires_s[8];
    unsigned char nonce[16];
    unsigned char owner[16]; /* head of SHA-256 over subject and client */
};

struct sessions {
    const struct secret *secret;
    pthread_mutex_t lock;
    atomic_bool has_key; /* derived with the first id: every request of a session needs it */
    unsigned char key[CRYPTO_KEY_LEN];
};

struct sessions *sessions_new(const struct secret *s)
{
    struct sessions *all = xcalloc(1, sizeof *all);
    all->secret = s;
    pthread_mutex_init(&all->lock, NULL);
    return all;
}

void sessions_free(struct sessions *all)
{
    if (!all)
        return;
    pthread_mutex_destroy(&all->lock);
    OPENSSL_cleanse(all->key, sizeof all->key);
    free(all);
}

static void write_number(uint64_t v, unsigned char *out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = (unsigned char)(v >> 8 * (n - 1 - i));
}

static uint64_t read_number(const unsigned char *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static void owner_of(const struct caller *caller, unsigned char *out)
{
    unsigned char digest[CRYPTO_SHA256_LEN];
    auto_free char *both = xasprintf("%s\n%s", caller->subject, caller->client_id);
    crypto_sha256(both, strlen(both), digest);
    memcpy(out, digest, 16);
}

static void make_mac(struct sessions *all, const struct sealed *in, unsigned char *mac)
{
    if (late_begin(&all->has_key, &all->lock)) {
        secret_key(all->secret, "session id", all->key);
        late_end(&all->has_key, &all->lock, true);
    }
    crypto_hmac_sha256(all->key, sizeof all->key, in, sizeof *in, mac);
}

char *session_mint(struct sessions *all, enum version v, unsigned client_can, const struct caller *caller)
{
    struct sealed in = {.layout = LAYOUT, .version = (unsigned char)v};
    write_number(client_can, in.client_can, sizeof in.client_can);
    write_number((uint64_t)(clock_wall_ms() / 1000 + LIFE_S), in.expires_s, sizeof in.expires_s);
    random_fill(in.nonce, sizeof in.nonce);
    owner_of(caller, in.owner);
    unsigned char bytes[sizeof in + CRYPTO_SHA256_LEN];
    memcpy(bytes, &in, sizeof in);
    make_mac(all, &in, bytes + sizeof in);
    struct buf id = BUF_INIT(256);
    text_b64url_encode(bytes, sizeof bytes, &id);
    return buf_steal(&id, NULL);
}

bool session_open(struct sessions *all, const char *id, const struct caller *caller, struct session *out)
{
    auto_buf struct buf bytes = BUF_INIT(256);
    struct sealed in;
    if (text_b64url_decode(id, strlen(id), &bytes) || bytes.len != sizeof in + CRYPTO_SHA256_LEN)
        return false;
    memcpy(&in, bytes.data, sizeof in);
    unsigned char mac[CRYPTO_SHA256_LEN], owner[16];
    make_mac(all, &in, mac);
    if (!text_equal_ct(mac, bytes.data + sizeof in, sizeof mac) || in.layout != LAYOUT)
        return false;
    owner_of(caller, owner);
    if ((int64_t)read_number(in.expires_s, sizeof in.expires_s) * 1000 < clock_wall_ms() ||
        !text_equal_ct(owner, in.owner, sizeof owner) || in.version >= VERSION_COUNT)
        return false;
    out->version = (enum version)in.version;
    out->client_can = (unsigned)read_number(in.client_can, sizeof in.client_can);
    text_hex(in.nonce, sizeof in.nonce, out->nonce);
    return true;
}
