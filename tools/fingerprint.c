#include "tools/fingerprint.h"

#include "base/own.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

void fingerprint_json(const json_t *value, char *out)
{
    auto_free char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    if (!text || !EVP_Digest(text, strlen(text), hash, &len, EVP_sha256(), NULL))
        abort(); /* only without memory, or without SHA-256 */
    text_hex(hash, (FINGERPRINT_TEXT - 1) / 2, out);
}
