/* Where it stands why a cluster did not come up:
   <LogUri>/<cluster>/node/<instance>/bootstrap-actions/<n>/{stderr,stdout,controller}.gz (Amazon EMR Management Guide,
   "View log files"). */
#include "tools/emr/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>

#define NODE_KEYS_MAX 2000
#define NODE_OBJECTS_MAX 6

/* "...instance (i-0a1b2c)..." -> "i-0a1b2c". NULL when the text names none. Free it. */
static char *instance_in(const char *text)
{
    for (const char *p = text; (p = strstr(p, "i-")); p++) {
        size_t n = strspn(p + 2, "0123456789abcdef");
        if (n >= 8 && (p == text || !strchr("abcdefghijklmnopqrstuvwxyz0123456789", p[-1])))
            return xstrndup(p, n + 2);
    }
    return NULL;
}

static bool is_wanted(const char *key, const char *file)
{
    return strstr(key, "/bootstrap-actions/") && text_ends(key, file);
}

void emr_logs_read_nodes(struct emr_inquiry *q)
{
    static const char *const files[] = {"/stderr.gz", "/controller.gz", "/stdout.gz"};
    const json_t *reason = json_obj(json_obj(q->view.owner, "Status"), "StateChangeReason");
    const char *uri = json_str(q->view.owner, "LogUri", "");
    auto_free char *bucket = NULL, *prefix = NULL;
    q->no_place = !uri[0];
    if (!uri[0] || log_uri_parse(uri, &bucket, &prefix))
        return;
    auto_free char *instance = instance_in(json_str(reason, "Message", ""));
    auto_free char *folder =
        xasprintf("%s%s/node/%s%s", prefix, q->view.target.owner, instance ? instance : "", instance ? "/" : "");
    json_auto_t *keys = emr_logs_list(q, bucket, folder, NODE_KEYS_MAX);
    size_t left = NODE_OBJECTS_MAX;
    for (size_t f = 0; f < ARRAY_LEN(files); f++) {
        /* the last action that ran is the one that failed */
        for (size_t i = json_array_size(keys); i > 0 && left; i--) {
            const json_t *o = json_array_get(keys, i - 1);
            if (!is_wanted(json_str(o, "Key", ""), files[f]) || json_int(o, "Size", 0) == 0)
                continue;
            emr_logs_read_object(q, bucket, json_str(o, "Key", ""));
            left--;
        }
    }
}
