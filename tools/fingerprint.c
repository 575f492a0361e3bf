#include "tools/fingerprint.h"

#include "base/crypto.h"
#include "base/own.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void fingerprint_json(const json_t *value, char *out)
{
    auto_free char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    unsigned char hash[CRYPTO_SHA256_LEN];
    if (!text)
        abort(); /* only without memory */
    crypto_sha256(text, strlen(text), hash);
    text_hex(hash, (FINGERPRINT_TEXT - 1) / 2, out);
}
