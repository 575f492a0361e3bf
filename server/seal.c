#include "server/seal.h"

#include "base/file.h"
#include "base/own.h"
#include "base/random.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define SECRET_MIN 32
#define SECRET_MAX 4096

/* The first byte of what is sealed: how the rest is laid out. */
#define LAYOUT 1

/* Layout and IV, before the sealed bytes. */
#define HEAD_LEN (1 + CRYPTO_IV_LEN)

struct secret {
    unsigned char bytes[SECRET_MAX];
    size_t len;
};

static int read_secret(struct secret *s, const char *path, struct err *e)
{
    auto_buf struct buf bytes = BUF_INIT(SECRET_MAX);
    if (file_read(path, &bytes, e))
        return err_wrap(e, "--state-key-file");
    if (bytes.len < SECRET_MIN)
        return err_set(e, ERR_CONFIG, "--state-key-file %s: needs at least %d bytes, e.g. from `openssl rand -hex 32`", path,
                       SECRET_MIN);
    memcpy(s->bytes, bytes.data, bytes.len);
    s->len = bytes.len;
    OPENSSL_cleanse(bytes.data, bytes.len);
    return 0;
}

struct secret *secret_new(const char *path, struct err *e)
{
    struct secret *s = xcalloc(1, sizeof *s);
    if (!path) {
        s->len = SECRET_MIN;
        random_fill(s->bytes, s->len);
    } else if (read_secret(s, path, e)) {
        secret_free(s);
        return NULL;
    }
    return s;
}

void secret_free(struct secret *s)
{
    if (!s)
        return;
    OPENSSL_cleanse(s->bytes, sizeof s->bytes);
    free(s);
}

void secret_key(const struct secret *s, const char *purpose, unsigned char key[CRYPTO_KEY_LEN])
{
    crypto_hmac_sha256(s->bytes, s->len, purpose, strlen(purpose), key);
}

char *seal_make(const struct secret *s, const char *purpose, struct crypto_bytes bound, struct crypto_bytes in)
{
    unsigned char key[CRYPTO_KEY_LEN];
    secret_key(s, purpose, key);
    size_t n = HEAD_LEN + in.n + CRYPTO_TAG_LEN;
    auto_free unsigned char *bytes = xmalloc(n);
    bytes[0] = LAYOUT;
    random_fill(bytes + 1, CRYPTO_IV_LEN);
    crypto_seal(key, bytes + 1, bound, in, bytes + HEAD_LEN);
    OPENSSL_cleanse(key, sizeof key);
    struct buf text = BUF_INIT(2 * n + 4);
    text_b64url_encode(bytes, n, &text);
    return buf_steal(&text, NULL);
}

int seal_open(const struct secret *s, const char *purpose, struct crypto_bytes bound, const char *text, size_t n,
              struct buf *out)
{
    auto_buf struct buf bytes = BUF_INIT(n);
    if (text_b64url_decode(text, n, &bytes) || bytes.len < HEAD_LEN + CRYPTO_TAG_LEN || bytes.data[0] != LAYOUT)
        return -1;
    unsigned char key[CRYPTO_KEY_LEN];
    secret_key(s, purpose, key);
    struct crypto_bytes in = {bytes.data + HEAD_LEN, bytes.len - HEAD_LEN};
    auto_free unsigned char *opened = xmalloc(in.n);
    int rc = crypto_open(key, (unsigned char *)bytes.data + 1, bound, in, opened);
    OPENSSL_cleanse(key, sizeof key);
    return rc ? -1 : buf_add(out, opened, in.n - CRYPTO_TAG_LEN);
}
