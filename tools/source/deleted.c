/* Where data are missing: were they there, and deleted? Only a bucket with versions can tell. */
#include "tools/source/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"

#include <string.h>

#define ASKED_MAX 3
#define MARKERS_KEPT 20

static void take(struct source_inquiry *q, const struct source_part *p, const json_t *page)
{
    size_t i;
    json_t *m;
    json_array_foreach(json_arr(page, "DeleteMarkers"), i, m) {
        if (!json_flag(m, "IsLatest", false) || json_array_size(q->deleted) >= MARKERS_KEPT)
            continue;
        json_t *o = json_object();
        json_put_str(o, "bucket", p->bucket);
        json_put_str(o, "key", json_str(m, "Key", ""));
        json_put_time(o, "at", aws_time_ms(m, "LastModified"));
        json_put_str(o, "owner",
                     json_str(json_obj(m, "Owner"), "DisplayName", json_str(json_obj(m, "Owner"), "ID", NULL)));
        json_array_append_new(q->deleted, o);
    }
}

void source_find_deleted(struct source_inquiry *q)
{
    int asked = 0;
    q->deleted = json_array();
    for (size_t i = 0; i < q->parts.count && asked < ASKED_MAX; i++) {
        const struct source_part *p = &q->parts.items[i];
        if (p->prior || p->failed || !p->complete || p->data_objects)
            continue;
        asked++;
        json_t *source = coverage_source(envelope_sources(&q->answer), "s3:ListObjectVersions");
        json_auto_t *in = json_pack("{s:s, s:s, s:i}", "Bucket", p->bucket, "Prefix", p->prefix, "MaxKeys", 200);
        json_auto_t *page = NULL;
        struct aws_fault f = {0};
        if (aws_invoke(q->session, &aws_s3_list_object_versions, in, &page, &f)) {
            coverage_fault(source, &f);
            continue;
        }
        coverage_read(
            source, 1,
            (int64_t)(json_array_size(json_arr(page, "DeleteMarkers")) + json_array_size(json_arr(page, "Versions"))),
            0, !json_flag(page, "IsTruncated", false));
        take(q, p, page);
    }
}
