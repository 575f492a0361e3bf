/* Who changed the bucket: its policy, its owner, its rules. CloudTrail knows those calls without being set up for it. */
#include "tools/access/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/coverage.h"
#include "tools/trail.h"

#define BEFORE_MS ((int64_t)24 * 3600 * 1000)
#define PAGES 3
#define CHANGES_SHOWN 20

void access_read_changes(struct access_inquiry *q)
{
    struct trail_search what = {.attribute = "ResourceName",
                                .value = q->bucket,
                                .from_ms = q->from_ms - BEFORE_MS,
                                .to_ms = q->to_ms,
                                .max_pages = PAGES};
    json_t *source = coverage_source(envelope_sources(&q->answer), "cloudtrail:LookupEvents");
    json_auto_t *events = trail_read(q->session, &what, source);
    if (!events)
        return;
    q->changes = json_array();
    size_t i;
    json_t *e;
    json_array_foreach(events, i, e) {
        const char *name = json_str(e, "event", "");
        bool reads = text_starts(name, "Get") || text_starts(name, "List") || text_starts(name, "Head") ||
                     text_starts(name, "Describe");
        if (!reads && json_array_size(q->changes) < CHANGES_SHOWN)
            json_array_append(q->changes, e);
    }
}
