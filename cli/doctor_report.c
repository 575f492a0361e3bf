#include "cli/doctor_report.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {[FINDING_OK] = "ok", [FINDING_NOTE] = "note", [FINDING_BAD] = "bad"};

void doctor_report_init(struct doctor_report *r)
{
    *r = (struct doctor_report){.checks = json_array()};
}

void doctor_report_done(struct doctor_report *r)
{
    json_decref(r->checks);
}

void doctor_report_add(struct doctor_report *r, const char *what, enum finding finding, const char *seen, const char *todo)
{
    json_t *check = json_object();
    json_put_str(check, "check", what);
    json_put_str(check, "finding", words[finding]);
    json_put_str(check, "seen", seen);
    json_put_str(check, "todo", todo);
    json_array_append_new(r->checks, check);
    r->bad += finding == FINDING_BAD;
}

void doctor_report_print(const struct doctor_report *r, bool as_json)
{
    if (as_json) {
        json_auto_t *whole = json_pack("{s:b, s:O}", "ok", r->bad == 0, "checks", r->checks);
        json_dumpf(whole, stdout, JSON_INDENT(2));
        putchar('\n');
        return;
    }
    size_t i;
    json_t *check;
    json_array_foreach(r->checks, i, check)
    {
        printf("%-4s  %-16s %s\n", json_str(check, "finding", ""), json_str(check, "check", ""), json_str(check, "seen", ""));
        const char *todo = json_str(check, "todo", NULL);
        if (todo)
            printf("      %-16s -> %s\n", "", todo);
    }
    if (r->bad)
        printf("\n%d of %zu checks are bad.\n", r->bad, json_array_size(r->checks));
    else
        puts("\nAll is well.");
}
