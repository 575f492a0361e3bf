#include "base/redact.h"

#include "base/redact_private.h"
#include "base/text.h"

#include <string.h>

static const char mark[] = "[redacted]";

/* Adds what fits, never half a character. */
static void emit(struct buf *out, const char *p, size_t n)
{
    size_t room = out->full ? 0 : out->max - out->len;
    if (n > room) {
        buf_add(out, p, text_utf8_floor(p, room));
        out->full = true;
        return;
    }
    buf_add(out, p, n);
}

static bool secret_at(struct redact_scan *s, size_t i, struct redact_span *hide)
{
    return redact_shape_at(s, i, hide) || redact_pair_at(s, i, hide);
}

int redact_text(const char *p, size_t n, struct buf *out, int *count)
{
    /* cleaned first, so that an invisible character cannot split a secret */
    auto_buf struct buf clean = BUF_INIT(3 * n);
    redact_clean(p, n, &clean);
    struct redact_scan s = {.p = buf_text(&clean), .n = clean.len};
    size_t kept = 0;
    for (size_t i = 0; i < s.n;) {
        struct redact_span hide;
        if (!secret_at(&s, i, &hide)) {
            i++;
            continue;
        }
        emit(out, s.p + kept, hide.start - kept);
        emit(out, mark, sizeof mark - 1);
        kept = i = s.resumed = hide.end;
        ++*count;
    }
    emit(out, s.p + kept, s.n - kept);
    return out->full ? -1 : 0;
}

bool redact_key_is_secret(const char *key)
{
    return redact_key_kind(key, strlen(key)) != REDACT_KEY_PLAIN;
}
