/* Any bytes: what comes out is clean UTF-8, what is redacted stays so, and a ceiling holds. */
#include "tests/fuzz/fuzz.h"

#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"

#include <string.h>

/* What may never reach a terminal or a reader: see base/redact.h. */
static bool is_clean(const struct buf *b)
{
    const char *p = buf_text(b);
    uint32_t cp;
    for (size_t i = 0; i < b->len;) {
        size_t n = text_utf8_next(p + i, b->len - i, &cp);
        bool control = (cp < 0x20 && cp != '\t' && cp != '\n') || (cp >= 0x7F && cp < 0xA0);
        bool invisible = (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) ||
                         (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
        if (n == 0 || control || invisible)
            return false;
        i += n;
    }
    return true;
}

static void must_keep_to_ceiling(const uint8_t *data, size_t size, size_t whole)
{
    int count = 0;
    auto_buf struct buf small = BUF_INIT(whole / 2);
    int rc = redact_text((const char *)data, size, &small, &count);
    MUST(small.len <= whole / 2);
    MUST((rc == 0) == (whole == 0));
    MUST(is_clean(&small));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int count = 0;
    auto_buf struct buf out = BUF_INIT(size * 12 + 64);
    MUST(redact_text((const char *)data, size, &out, &count) == 0);
    MUST(count >= 0 && is_clean(&out));
    MUST(count == 0 || strstr(buf_text(&out), "[redacted]"));
    must_keep_to_ceiling(data, size, out.len);
    auto_free char *key = xstrndup((const char *)data, size);
    redact_key_is_secret(key);
    return 0;
}
