/* Who switched a mapping off, and when: CloudTrail keeps the API calls of 90 days. */
#include "tools/kafka/inquiry.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/coverage.h"

#include <string.h>

/* Events arrive some minutes late, and the mapping changes state a while after the call. */
#define BEFORE_MS ((int64_t)15 * 60 * 1000)
#define AFTER_MS ((int64_t)5 * 60 * 1000)
#define KEPT_MS ((int64_t)90 * 24 * 3600 * 1000)
#define EVENT "UpdateEventSourceMapping20150331" /* as CloudTrail calls Lambda's UpdateEventSourceMapping */

/* Whether the event, as CloudTrail's JSON text, switched this very mapping off; `*user` gets who, as a new string. */
static bool is_the_switch(const char *text, const char *uuid, json_t **user)
{
    json_auto_t *event = json_parse(text, strlen(text), JSON_DEPTH_UPSTREAM, NULL);
    const json_t *asked = json_obj(event, "requestParameters");
    if (json_str(event, "errorCode", NULL) || json_flag(asked, "enabled", true) ||
        strcmp(json_str(asked, "uUID", json_str(asked, "uuid", "")), uuid))
        return false;
    const json_t *identity = json_obj(event, "userIdentity");
    *user = json_string(json_str(identity, "arn", json_str(identity, "invokedBy", "unknown")));
    return true;
}

static void take_event(struct kafka_inquiry *q, const json_t *event)
{
    json_t *user = NULL;
    if (q->disabled_by || !is_the_switch(json_str(event, "CloudTrailEvent", ""), mapping_uuid(q->mapping), &user))
        return;
    json_t *o = json_object();
    json_put_time(o, "at", aws_time_ms(event, "EventTime"));
    json_put_str(o, "event", "UpdateEventSourceMapping");
    json_put(o, "user", user);
    json_put_str(o, "event_id", json_str(event, "EventId", NULL));
    q->disabled_by = o;
}

void kafka_read_disabled_by(struct kafka_inquiry *q)
{
    int64_t changed = q->mapping ? aws_time_ms(q->mapping, "LastModified") : -1;
    enum mapping_phase phase = q->mapping ? mapping_phase(q->mapping) : MAPPING_STRANGE;
    if ((phase != MAPPING_DISABLED && phase != MAPPING_DISABLING) || changed < q->now_ms - KEPT_MS)
        return;
    json_t *source = coverage_source(envelope_sources(&q->answer), "cloudtrail:LookupEvents");
    json_auto_t *in = json_pack("{s:[{s:s, s:s}], s:f, s:f, s:i}", "LookupAttributes", "AttributeKey", "EventName",
                                "AttributeValue", EVENT, "StartTime", (double)((changed - BEFORE_MS) / 1000), "EndTime",
                                (double)((changed + AFTER_MS) / 1000), "MaxResults", 50);
    json_auto_t *reply = NULL;
    struct aws_fault f = {0};
    if (aws_invoke(q->session, &aws_cloudtrail_lookup_events, in, &reply, &f)) {
        coverage_fault(source, &f);
        return;
    }
    const json_t *events = json_arr(reply, "Events");
    coverage_read(source, 1, (int64_t)json_array_size(events), 0, !json_str(reply, "NextToken", NULL));
    size_t i;
    json_t *event;
    json_array_foreach(events, i, event)
        take_event(q, event);
}
