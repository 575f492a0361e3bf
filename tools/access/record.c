#include "tools/access/record.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/own.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEEDED 10 /* fields up to the status: with fewer it is no record */

static const char *const names[ACCESS_FIELDS] = {
    "bucket_owner", "bucket",     "time",        "remote_ip",     "requester",
    "request_id",   "operation",  "key",         "request_uri",   "http_status",
    "error_code",   "bytes_sent", "object_size", "total_time_ms", "turnaround_ms",
    "referer",      "user_agent", "version_id",  "host_id",       "signature_version",
    "cipher_suite", "auth_type",  "host_header", "tls_version",   "access_point_arn",
    "acl_required"};

const char *access_field_name(enum access_field f)
{
    return names[f];
}

/* Whether a field may begin here: with a quote, or without any up to its end. */
static bool field_begins(const char *p)
{
    return *p == '"' || !memchr(p, '"', strcspn(p, " "));
}

/* The quote that ends a field: no backslash hides it, and behind it the line ends or another field begins. Others are content:
   agents may send what they like. */
static char *closing_quote(char *p)
{
    bool hidden = false;
    for (; *p; p++) {
        if (*p == '"' && !hidden && (!p[1] || (p[1] == ' ' && field_begins(p + 2))))
            return p;
        hidden = *p == '\\' && !hidden;
    }
    return NULL;
}

/* Cuts the next field off and returns what stands behind it; NULL at the end of the line, or when it does not end. */
static char *cut_field(char *p, const char **field)
{
    p += strspn(p, " ");
    char *end;
    if (*p == '"')
        end = closing_quote(++p);
    else if (*p == '[')
        end = strchr(++p, ']');
    else
        end = *p ? p + strcspn(p, " ") : NULL;
    if (!end)
        return NULL;
    char *rest = *end ? end + 1 : end;
    *end = '\0';
    *field = strcmp(p, "-") ? p : "";
    return rest;
}

/* "06/Feb/2019:00:00:38 +0000". */
static int parse_time(const char *s, int64_t *ms)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (strlen(s) != 26 || s[2] != '/' || s[6] != '/' || s[11] != ':' || s[20] != ' ')
        return -1;
    char month[4] = {s[3], s[4], s[5], '\0'}, text[40];
    const char *at = strstr(months, month);
    if (!at || (at - months) % 3)
        return -1;
    snprintf(text, sizeof text, "%.4s-%02d-%.2sT%.8s%.3s:%.2s", s + 7, (int)(at - months) / 3 + 1, s, s + 12,
             s + 21, s + 24);
    return clock_parse(text, ms);
}

/* "a%252Fb%2Bc" is "a/b c": encoded once as forms are, and once more for the log. */
static char *decode_key(const char *s)
{
    size_t n = strlen(s);
    auto_buf struct buf once = BUF_INIT(n + 1), twice = BUF_INIT(n + 1);
    text_percent_decode(s, n, false, &once);
    text_percent_decode(buf_text(&once), once.len, true, &twice);
    return buf_steal(&twice, NULL);
}

int access_parse(char *line, struct access_record *out)
{
    *out = (struct access_record){0};
    for (size_t i = 0; i < ACCESS_FIELDS; i++)
        out->fields[i] = "";
    size_t n = 0;
    for (char *p = line; p && n < ACCESS_FIELDS; n += p != NULL)
        p = cut_field(p, &out->fields[n]);
    int64_t status = 0;
    if (n < NEEDED || parse_time(out->fields[ACCESS_TIME], &out->at_ms))
        return -1;
    if (out->fields[ACCESS_STATUS][0] && text_to_range(out->fields[ACCESS_STATUS], 100, 599, &status))
        return -1;
    out->status = (int)status;
    out->key = decode_key(out->fields[ACCESS_KEY]);
    return 0;
}

void access_record_done(struct access_record *r)
{
    free(r->key);
    *r = (struct access_record){0};
}
