/* Any bytes as a line of an access log, as a time and as a path: fields stay within the line, numbers within their bounds. */
#include "tests/fuzz/fuzz.h"

#include "base/own.h"
#include "tools/access/place.h"
#include "tools/access/record.h"
#include "tools/access/when.h"
#include "tools/s3_path.h"

#include <string.h>

static void read_line(const char *text, size_t size)
{
    auto_free char *line = xmemdup(text, size);
    auto_access_record struct access_record r;
    if (access_parse(line, &r))
        return;
    MUST(r.key && (r.status == 0 || (r.status >= 100 && r.status <= 599)));
    for (int i = 0; i < ACCESS_FIELDS; i++)
        MUST(!r.fields[i][0] || (r.fields[i] >= line && r.fields[i] + strlen(r.fields[i]) <= line + size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_free char *text = xmemdup(data, size);
    int64_t ms = -1;
    bool whole_day = false;
    read_line(text, size);
    MUST(when_parse(text, &ms, &whole_day) == 0 || ms == -1);
    access_key_time(text);
    auto_free char *path = s3_path_in(text), *bucket = NULL, *key = NULL;
    MUST(!path || !strncmp(path, "s3://", 5));
    if (s3_path_split(text, &bucket, &key))
        MUST(strlen(bucket) >= 3 && strlen(bucket) <= 63 && strlen(key) <= strlen(text));
    return 0;
}
