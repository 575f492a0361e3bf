#include "tools/athena/statement_report.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/fingerprint.h"

#include <string.h>

char *table_name_text(const struct table_name *n)
{
    return xasprintf("%s%s%s%s%s", n->catalog ? n->catalog : "", n->catalog ? "." : "",
                     n->database ? n->database : "", n->database ? "." : "", n->table ? n->table : "");
}

json_t *statement_facts(const struct statement *s, const json_t *query)
{
    json_t *o = json_object();
    json_put_str(o, "class", s->class);
    json_put_str(o, "type", json_str(query, "StatementType", NULL));
    json_put_str(o, "substatement", json_str(query, "SubstatementType", NULL));
    json_put_flag(o, "side_effects", statement_writes(s));
    json_put_str(o, "why", s->why);
    if (s->target.table) {
        auto_free char *target = table_name_text(&s->target);
        json_put_str(o, "target", target);
    }
    json_put_str(o, "location", s->location);
    json_auto_t *same = json_pack("{s:s, s:O*, s:O*}", "sql", json_str(query, "Query", ""), "context",
                                  json_obj(query, "QueryExecutionContext"), "parameters",
                                  json_arr(query, "ExecutionParameters"));
    char hash[FINGERPRINT_TEXT];
    fingerprint_json(same, hash);
    json_put_str(o, "hash", hash);
    json_put_int(o, "length", (int64_t)strlen(json_str(query, "Query", "")));
    return o;
}
