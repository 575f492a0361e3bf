/* Who cancelled a query. */
#include "tools/athena/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"
#include "tools/trail.h"

#include <string.h>

#define SLACK_MS 60000
#define PAGES 3

void athena_read_stop(struct athena_inquiry *q)
{
    int64_t ended = athena_ended_ms(q->query);
    struct trail_search what = {.attribute = "EventName",
                                .value = "StopQueryExecution",
                                .from_ms = athena_submitted_ms(q->query) - SLACK_MS,
                                .to_ms = (ended < 0 ? q->now_ms : ended) + SLACK_MS,
                                .max_pages = PAGES};
    json_t *source = coverage_source(envelope_sources(&q->answer), "cloudtrail:StopQueryExecution");
    json_auto_t *events = trail_read(q->session, &what, source);
    size_t i;
    json_t *e;
    json_array_foreach(events, i, e) {
        if (strcmp(json_str(json_obj(e, "request"), "queryExecutionId", ""), athena_id(q->query)))
            continue;
        json_decref(q->stopped_by);
        q->stopped_by = json_incref(e);
    }
    if (events && !q->stopped_by && ended >= 0 && q->now_ms - ended < TRAIL_LAG_MS)
        envelope_warn(&q->answer, "trail_may_lag",
                      "It was cancelled less than 15 minutes ago: CloudTrail may show later by whom");
}
