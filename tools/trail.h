/* Who did what, as CloudTrail keeps it: calls of the last 90 days that manage things (not reads and writes of objects), shown
   up to 15 minutes after they were made. */
#ifndef LW_TOOLS_TRAIL_H
#define LW_TOOLS_TRAIL_H

#include "aws/aws.h"

#include <jansson.h>
#include <stdint.h>

#define TRAIL_LAG_MS                                                                                         \
    ((int64_t)15 * 60 * 1000) /* AWS CloudTrail User Guide: events usually arrive within that */

/* Which events: those with one attribute ("EventName", "ResourceName"; CloudTrail takes no more than one), in a span of time. */
struct trail_search {
    const char *attribute, *value;
    int64_t from_ms, to_ms;
    int max_pages; /* of 50 */
};

/* The events found, newest first, each as {event, at, who, type, from, agent, event_id, error?, request}, where `who` is an ARN,
   `from` an address or a service and `request` what was asked (an object, maybe missing). Fills `source`, the coverage of the
   search. New reference, or NULL when it could not be read. */
json_t *trail_read(struct aws_session *s, const struct trail_search *what, json_t *source);

#endif
