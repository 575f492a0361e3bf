#include "tools/airflow/arguments.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/airflow/dag.h"

#include <string.h>

#define ID_MAX 250 /* characters of an id in Airflow */

static int check_id(const json_t *arguments, const char *key, struct err *e)
{
    const json_t *value = json_object_get(arguments, key);
    if (!value)
        return 0;
    const char *id = json_string_value(value);
    size_t n = json_string_length(value);
    if (!n || n > ID_MAX || strlen(id) != n)
        return err_set(e, ERR_INVALID, "/%s: must have 1 to %d characters", key, ID_MAX);
    for (const char *p = id; *p; p++) {
        if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr("/\\?#%\"'`", *p))
            return err_set(e, ERR_INVALID, "/%s: must not hold blanks, quotes, slashes, or any of ?#%%", key);
    }
    /* as parts of a path the first two are steps, and the last is Airflow's word for all of them */
    if (!strcmp(id, ".") || !strcmp(id, "..") || !strcmp(id, "~"))
        return err_set(e, ERR_INVALID, "/%s: \"%s\" names nothing", key, id);
    return 0;
}

int airflow_arguments_check(const json_t *arguments, struct err *e)
{
    static const char *const ids[] = {"environment_name", "dag_id", "dag_run_id", "task_id"};
    static const char *const below[] = {"dag_run_id", "execution_date", "task_id", "try_number"};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        if (check_id(arguments, ids[i], e))
            return -1;
    }
    for (size_t i = 0; i < ARRAY_LEN(below); i++) {
        if (json_object_get(arguments, below[i]) && !json_object_get(arguments, "dag_id"))
            return err_set(e, ERR_INVALID, "/%s: goes with dag_id, which says whose it is", below[i]);
    }
    const char *date = json_str(arguments, "execution_date", NULL);
    int64_t ms;
    if (date && dag_parse_date(date, &ms))
        return err_set(e, ERR_INVALID, "/execution_date: must be a date (2026-11-21) or a time (2026-11-21T02:00:00Z)");
    if (json_object_get(arguments, "dag_run_id") && date)
        return err_set(e, ERR_INVALID, "/execution_date: give it or dag_run_id, not both");
    if (json_object_get(arguments, "try_number") && json_int(arguments, "try_number", 0) < 1)
        return err_set(e, ERR_INVALID, "/try_number: the first is 1");
    return 0;
}

int airflow_task_argument(const json_t *arguments, char **task_id, int *map_index, struct err *e)
{
    const char *text = json_str(arguments, "task_id", NULL);
    *task_id = NULL;
    *map_index = -1;
    if (!text)
        return 0;
    size_t n = strcspn(text, "[");
    int64_t index = -1;
    if (text[n]) {
        auto_free char *digits = xstrndup(text + n + 1, strcspn(text + n + 1, "]"));
        const char *end = text + n + 1 + strlen(digits);
        if (!n || text_to_range(digits, 0, 1000000, &index) || strcmp(end, "]"))
            return err_set(e, ERR_INVALID, "/task_id: an instance of a mapped task is written task[2]");
    }
    *task_id = xstrndup(text, n);
    *map_index = (int)index;
    return 0;
}
