#include "tools/s3_path.h"

#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define PATH_MAX_BYTES 1100
#define BUCKET "abcdefghijklmnopqrstuvwxyz0123456789.-_ABCDEFGHIJKLMNOPQRSTUVWXYZ" /* old buckets have more than new ones may */

char *s3_path_in(const char *text)
{
    const char *p = strstr(text, "s3");
    for (; p; p = strstr(p + 2, "s3")) {
        const char *rest = p + 2 + (p[2] == 'a' || p[2] == 'n');
        if (!text_starts(rest, "://"))
            continue;
        size_t n = strcspn(rest, " \t\r\n\"'`<>;,)]}");
        while (n > 3 && (rest[n - 1] == '.' || rest[n - 1] == ':'))
            n--;
        return n > 4 && n < PATH_MAX_BYTES ? xasprintf("s3%.*s", (int)n, rest) : NULL;
    }
    return NULL;
}

bool s3_path_split(const char *path, char **bucket, char **key)
{
    const char *rest = text_starts(path, "s3://")                                   ? path + 5
                       : text_starts(path, "s3a://") || text_starts(path, "s3n://") ? path + 6
                                                                                    : "";
    size_t n = strcspn(rest, "/");
    if (n < 3 || n > 63 || strspn(rest, BUCKET) < n || strlen(rest) - n > S3_KEY_MAX)
        return false;
    *bucket = xstrndup(rest, n);
    *key = xstrdup(rest[n] == '/' ? rest + n + 1 : "");
    return true;
}
