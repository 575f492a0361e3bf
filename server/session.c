#include "server/session.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define LIFE_S (24 * 3600)
#define MAC_BYTES 32
#define KEY_MIN 32
#define KEY_MAX 4096

/* What is sealed. Written byte by byte, so that instances of any build agree. */
struct sealed {
    unsigned char layout; /* 1 */
    unsigned char version;
    unsigned char expires_s[8];
    unsigned char nonce[16];
    unsigned char owner[16]; /* head of SHA-256 over subject and client */
};

struct sessions {
    unsigned char key[KEY_MAX];
    size_t key_len;
};

static int read_key(struct sessions *s, const char *path, struct err *e)
{
    auto_buf struct buf key = BUF_INIT(KEY_MAX);
    if (file_read(path, &key, e))
        return err_wrap(e, "--state-key-file");
    if (key.len < KEY_MIN)
        return err_set(e, ERR_CONFIG, "--state-key-file %s: needs at least %d bytes, e.g. from `openssl rand -hex 32`",
                       path, KEY_MIN);
    memcpy(s->key, key.data, key.len);
    s->key_len = key.len;
    OPENSSL_cleanse(key.data, key.len);
    return 0;
}

struct sessions *sessions_new(const char *key_file, struct err *e)
{
    struct sessions *s = xcalloc(1, sizeof *s);
    if (key_file) {
        if (read_key(s, key_file, e)) {
            sessions_free(s);
            return NULL;
        }
        return s;
    }
    s->key_len = KEY_MIN;
    random_fill(s->key, KEY_MIN);
    return s;
}

void sessions_free(struct sessions *s)
{
    if (!s)
        return;
    OPENSSL_cleanse(s->key, sizeof s->key);
    free(s);
}

static void owner_of(const struct caller *caller, unsigned char *out)
{
    unsigned char digest[CRYPTO_SHA256_LEN];
    auto_free char *both = xasprintf("%s\n%s", caller->subject, caller->client_id);
    crypto_sha256(both, strlen(both), digest);
    memcpy(out, digest, 16);
}

static void seal(const struct sessions *s, const struct sealed *in, unsigned char *mac)
{
    crypto_hmac_sha256(s->key, s->key_len, in, sizeof *in, mac);
}

char *session_mint(const struct sessions *s, enum version v, const struct caller *caller)
{
    struct sealed in = {.layout = 1, .version = (unsigned char)v};
    uint64_t expires_s = (uint64_t)(clock_wall_ms() / 1000 + LIFE_S);
    for (int i = 0; i < 8; i++)
        in.expires_s[i] = (unsigned char)(expires_s >> (56 - 8 * i));
    random_fill(in.nonce, sizeof in.nonce);
    owner_of(caller, in.owner);
    unsigned char bytes[sizeof in + MAC_BYTES];
    memcpy(bytes, &in, sizeof in);
    seal(s, &in, bytes + sizeof in);
    struct buf id = BUF_INIT(256);
    text_b64url_encode(bytes, sizeof bytes, &id);
    return buf_steal(&id, NULL);
}

bool session_open(const struct sessions *s, const char *id, const struct caller *caller, struct session *out)
{
    auto_buf struct buf bytes = BUF_INIT(256);
    struct sealed in;
    if (text_b64url_decode(id, strlen(id), &bytes) || bytes.len != sizeof in + MAC_BYTES)
        return false;
    memcpy(&in, bytes.data, sizeof in);
    unsigned char mac[MAC_BYTES], owner[16];
    seal(s, &in, mac);
    if (!text_equal_ct(mac, bytes.data + sizeof in, MAC_BYTES) || in.layout != 1)
        return false;
    uint64_t expires_s = 0;
    for (int i = 0; i < 8; i++)
        expires_s = expires_s << 8 | in.expires_s[i];
    owner_of(caller, owner);
    if ((int64_t)expires_s * 1000 < clock_wall_ms() || !text_equal_ct(owner, in.owner, sizeof owner) ||
        in.version >= VERSION_COUNT)
        return false;
    out->version = (enum version)in.version;
    text_hex(in.nonce, sizeof in.nonce, out->nonce);
    return true;
}
