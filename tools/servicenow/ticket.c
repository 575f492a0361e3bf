#include "tools/servicenow/ticket.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/servicenow/private.h"

#include <string.h>

/* Display values too: they hold the work notes and the names of people. */
#define FIELDS                                                                                               \
    "sysparm_fields=sys_id,number,state,sys_mod_count,sys_updated_on,sys_updated_by,short_description,close_code,close_notes," \
    "hold_reason,assigned_to,assignment_group,priority,work_notes"                                            \
    "&sysparm_display_value=all&sysparm_exclude_reference_link=true"

const char *ticket_state_name(int state)
{
    switch (state) {
    case TICKET_NEW: return "New";
    case TICKET_IN_PROGRESS: return "In Progress";
    case TICKET_ON_HOLD: return "On Hold";
    case TICKET_RESOLVED: return "Resolved";
    case TICKET_CLOSED: return "Closed";
    case TICKET_CANCELED: return "Canceled";
    default: return "another state";
    }
}

bool ticket_may_move(int from, int to)
{
    static const struct {
        int from, to;
    } moves[] = {
        {TICKET_NEW, TICKET_IN_PROGRESS},     {TICKET_NEW, TICKET_ON_HOLD},      {TICKET_NEW, TICKET_RESOLVED},
        {TICKET_IN_PROGRESS, TICKET_ON_HOLD}, {TICKET_IN_PROGRESS, TICKET_RESOLVED},
        {TICKET_ON_HOLD, TICKET_IN_PROGRESS}, {TICKET_ON_HOLD, TICKET_RESOLVED}, {TICKET_RESOLVED, TICKET_CLOSED},
    };
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        if (moves[i].from == from && moves[i].to == to)
            return true;
    return false;
}

bool ticket_is_sys_id(const char *s)
{
    return strlen(s) == 32 && strspn(s, "0123456789abcdef") == 32;
}

/* An instance that drops a part of the query, or answers with another record, must not get that one changed. */
static int take_asked(json_t *found, const char *sys_id, const char *number, json_t **ticket, struct aws_fault *f)
{
    const char *own_id = ticket_value(found, "sys_id"), *own_number = ticket_value(found, "number");
    if (!ticket_is_sys_id(own_id) || (sys_id && strcmp(sys_id, own_id) != 0) || (number && strcmp(number, own_number) != 0))
        return servicenow_fault(f, ERR_UPSTREAM, "ServiceNow answered without the incident %s", sys_id ? sys_id : number);
    *ticket = json_incref(found);
    return 0;
}

static int read_by_number(struct servicenow *s, const char *number, struct stop *stop, json_t **ticket, struct aws_fault *f)
{
    auto_free char *query = xasprintf("sysparm_query=number%%3D%s&sysparm_limit=2&" FIELDS, number);
    json_auto_t *rows = NULL;
    if (servicenow_query(s, TICKET_TABLE, query, stop, &rows, f))
        return -1;
    if (json_array_size(rows) != 1)
        return servicenow_fault(f, json_array_size(rows) ? ERR_CONFLICT : ERR_NOT_FOUND, "ServiceNow has %s incident %s",
                                json_array_size(rows) ? "more than one" : "no", number);
    return take_asked(json_array_get(rows, 0), NULL, number, ticket, f);
}

int ticket_read(struct servicenow *s, const char *sys_id, const char *number, struct stop *stop, json_t **ticket,
                struct aws_fault *f)
{
    if (!sys_id)
        return read_by_number(s, number, stop, ticket, f);
    auto_free char *path = xasprintf("/api/now/table/" TICKET_TABLE "/%s", sys_id);
    struct servicenow_request r = {.method = "GET", .path = path, .query = FIELDS};
    json_auto_t *reply = NULL;
    if (servicenow_call(s, &r, stop, &reply, f))
        return -1;
    return take_asked(json_obj(reply, "result"), sys_id, NULL, ticket, f);
}

/* A field is {value, display_value}; one that an instance sends as plain text is both. */
static const char *part_of(const json_t *ticket, const char *field, const char *part)
{
    const json_t *o = json_obj(ticket, field);
    return o ? json_str(o, part, "") : json_str(ticket, field, "");
}

const char *ticket_value(const json_t *ticket, const char *field)
{
    return part_of(ticket, field, "value");
}

const char *ticket_shown(const json_t *ticket, const char *field)
{
    return part_of(ticket, field, "display_value");
}

int ticket_state_of(const json_t *ticket)
{
    int64_t state = 0;
    return text_to_range(ticket_value(ticket, "state"), -1000, 1000, &state) ? 0 : (int)state;
}

int64_t ticket_mod_count(const json_t *ticket)
{
    int64_t n = -1;
    return text_to_range(ticket_value(ticket, "sys_mod_count"), 0, INT64_C(1) << 40, &n) ? -1 : n;
}
