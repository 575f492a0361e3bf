/* Takes out of a text what a terminal would obey or a reader would not see. */
#include "base/redact.h"

#include "base/own.h"
#include "base/text.h"

#include <string.h>

/* Characters that show nothing or turn the direction of what follows (Unicode 15, Default_Ignorable and Bidi_Control). */
static bool is_invisible(uint32_t cp)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},
        {0x180B, 0x180F}, {0x200B, 0x200F}, {0x202A, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},
        {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return true;
    return false;
}

/* Length of what follows "ESC [": parameters, then one final character (ECMA-48 section 5.4). */
static size_t csi_rest(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] >= 0x20 && p[i] <= 0x3f)
        i++;
    return i < n && p[i] >= 0x40 && p[i] <= 0x7e ? i + 1 : i;
}

/* Length of what follows "ESC ]" and its like, up to BEL or "ESC \"; 0 if it has no end on this line, so that an
   opened string cannot hide the rest of a log. */
static size_t string_rest(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] != '\n' && p[i] != '\a' && p[i] != '\x1b')
        i++;
    if (i < n && p[i] == '\a')
        return i + 1;
    return i + 1 < n && p[i] == '\x1b' && p[i + 1] == '\\' ? i + 2 : 0;
}

/* Length of the escape sequence at `p`, which begins with ESC. */
static size_t escape_length(const char *p, size_t n)
{
    if (n < 2)
        return 1;
    switch (p[1]) {
    case '[':
        return 2 + csi_rest(p + 2, n - 2);
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        return 2 + string_rest(p + 2, n - 2);
    case '(':
    case ')':
        return n > 2 && p[2] > 0x20 && p[2] < 0x7f ? 3 : 2;
    default:
        return p[1] >= 0x30 && p[1] <= 0x7e ? 2 : 1;
    }
}

static bool is_plain(char c)
{
    return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t';
}

/* Handles what begins with a byte that is not plain ASCII; returns how many bytes it took. */
static size_t clean_one(const char *p, size_t n, struct buf *out)
{
    if (*p == '\x1b')
        return escape_length(p, n);
    uint32_t cp;
    size_t len = text_utf8_next(p, n, &cp);
    if (len == 0) {
        buf_adds(out, "\xEF\xBF\xBD");
        return 1;
    }
    if (cp == 0x9B) /* CSI in one character */
        return len + csi_rest(p + len, n - len);
    if (cp == 0x2028 || cp == 0x2029)
        buf_addc(out, '\n');
    else if (cp >= 0xA0 && !is_invisible(cp))
        buf_add(out, p, len);
    return len;
}

void redact_clean(const char *p, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n;) {
        size_t run = i;
        while (run < n && is_plain(p[run]))
            run++;
        buf_add(out, p + i, run - i);
        i = run;
        if (i < n)
            i += clean_one(p + i, n - i, out);
    }
}

bool redact_is_plain(const char *p, size_t n)
{
    auto_buf struct buf clean = BUF_INIT(3 * n + 1);
    redact_clean(p, n, &clean);
    return clean.len == n && memcmp(buf_text(&clean), p, n) == 0 && !memchr(p, '\n', n) && !memchr(p, '\t', n);
}
