#include "tools/trail.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"

#include <stdlib.h>
#include <string.h>

/* An assumed role's own ARN says role and session; where there is none, what else is known of who it was. */
static const char *who(const json_t *identity, const json_t *event)
{
    const char *arn = json_str(identity, "arn", "");
    if (arn[0])
        return arn;
    const char *service = json_str(identity, "invokedBy", "");
    return service[0] ? service : json_str(event, "Username", json_str(identity, "type", "unknown"));
}

static json_t *fact_of(const json_t *event)
{
    const char *text = json_str(event, "CloudTrailEvent", "");
    json_auto_t *detail = json_parse(text, strlen(text), JSON_DEPTH_UPSTREAM, NULL);
    const json_t *identity = json_obj(detail, "userIdentity");
    json_t *o = json_object();
    json_put_str(o, "event", json_str(event, "EventName", ""));
    json_put_time(o, "at", aws_time_ms(event, "EventTime"));
    json_put_str(o, "who", who(identity, event));
    json_put_str(o, "type", json_str(identity, "type", NULL));
    json_put_str(o, "from", json_str(detail, "sourceIPAddress", NULL));
    json_put_str(o, "agent", json_str(detail, "userAgent", NULL));
    json_put_str(o, "event_id", json_str(event, "EventId", NULL));
    json_put_str(o, "error", json_str(detail, "errorCode", NULL));
    json_put(o, "request", json_incref(json_obj(detail, "requestParameters")));
    return o;
}

static int read_page(const json_t *page, void *ctx)
{
    json_t *found = ctx;
    size_t i;
    json_t *event;
    json_array_foreach(json_arr(page, "Events"), i, event) json_array_append_new(found, fact_of(event));
    return 0;
}

json_t *trail_read(struct aws_session *s, const struct trail_search *what, json_t *source)
{
    json_auto_t *in =
        json_pack("{s:[{s:s, s:s}], s:I, s:I, s:i}", "LookupAttributes", "AttributeKey", what->attribute,
                  "AttributeValue", what->value, "StartTime", (json_int_t)(what->from_ms / 1000), "EndTime",
                  (json_int_t)(what->to_ms / 1000), "MaxResults", 50);
    json_auto_t *found = json_array();
    struct aws_fault f = {0};
    auto_free char *next = NULL;
    int pages =
        aws_each_page(s, &aws_cloudtrail_lookup_events, in, what->max_pages, read_page, found, &next, &f);
    if (pages < 0) {
        coverage_fault(source, &f);
        return NULL;
    }
    coverage_read(source, pages, (int64_t)json_array_size(found), 0, !next);
    return json_incref(found);
}
