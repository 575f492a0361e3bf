#include "base/settings_private.h"

#include "base/own.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct setting *settings_row(const struct settings *s, const char *name, size_t name_len)
{
    for (size_t i = 0; i < s->n; i++)
        if (strlen(s->table[i].name) == name_len && memcmp(s->table[i].name, name, name_len) == 0)
            return &s->table[i];
    return NULL;
}

struct setting_value *settings_value(struct settings *s, const struct setting *row)
{
    return &s->values[row - s->table];
}

static int read_defaults(struct settings *s, struct err *e)
{
    for (size_t i = 0; i < s->n; i++) {
        struct setting_value *v = &s->values[i];
        if (v->origin)
            continue;
        if (s->table[i].fallback && setting_value_read_joined(&s->table[i], s->table[i].fallback, "default", v, e))
            return err_wrap(e, "%s", s->table[i].name);
        v->origin = xstrdup("default");
    }
    return 0;
}

static int read_all(struct settings *s, int argc, char *const *argv, const char **rest, size_t *rest_count,
                    struct err *e)
{
    if (settings_read_flags(s, argc, argv, rest, rest_count, e) || settings_read_environment(s, e))
        return -1;
    const struct setting *config = settings_row(s, "config", strlen("config"));
    const char *path = config ? settings_value(s, config)->text : NULL;
    if (path && settings_read_file(s, path, e))
        return -1;
    return read_defaults(s, e);
}

struct settings *settings_load(const struct setting *table, size_t n, int argc, char *const *argv, const char **rest,
                               size_t *rest_count, struct err *e)
{
    struct settings *s = xcalloc(1, sizeof *s);
    size_t count = 0;
    *s = (struct settings){.table = table, .n = n, .values = xcalloc(n, sizeof *s->values)};
    if (read_all(s, argc, argv, rest, &count, e)) {
        settings_free(s);
        return NULL;
    }
    *rest_count = count;
    return s;
}

void settings_free(struct settings *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        setting_value_done(&s->values[i]);
    free(s->values);
    free(s);
}

/* The value of a row whose type is among `types` (bits); anything else is a bug in the caller. */
static const struct setting_value *value_of(const struct settings *s, const char *name, unsigned types)
{
    const struct setting *row = settings_row(s, name, strlen(name));
    if (!row || !(types & 1u << row->type))
        abort();
    return &s->values[row - s->table];
}

const char *settings_str(const struct settings *s, const char *name)
{
    return value_of(s, name, 1u << SETTING_STRING | 1u << SETTING_CHOICE)->text;
}

int64_t settings_num(const struct settings *s, const char *name)
{
    return value_of(s, name, 1u << SETTING_COUNT | 1u << SETTING_TIME)->num;
}

bool settings_flag(const struct settings *s, const char *name)
{
    return value_of(s, name, 1u << SETTING_FLAG)->flag;
}

size_t settings_list(const struct settings *s, const char *name, const char *const **items)
{
    const struct setting_value *v = value_of(s, name, 1u << SETTING_LIST);
    *items = (const char *const *)v->items;
    return v->item_count;
}

const char *settings_origin(const struct settings *s, const char *name)
{
    return value_of(s, name, ~0u)->origin;
}

static char *time_text(int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (ms && ms % units[i].ms == 0)
            return xasprintf("%" PRId64 "%s", ms / units[i].ms, units[i].unit);
    return xasprintf("%" PRId64 "ms", ms);
}

static char *list_text(const struct setting_value *v)
{
    auto_buf struct buf b = BUF_INIT(1024 * 1024);
    for (size_t i = 0; i < v->item_count; i++)
        buf_addf(&b, "%s%s", i ? "," : "", v->items[i]);
    return buf_steal(&b, NULL);
}

char *settings_text(const struct settings *s, const char *name)
{
    const struct setting_value *v = value_of(s, name, ~0u);
    switch (settings_row(s, name, strlen(name))->type) {
    case SETTING_LIST:
        return list_text(v);
    case SETTING_FLAG:
        return xstrdup(v->flag ? "true" : "false");
    case SETTING_COUNT:
        return xasprintf("%" PRId64, v->num);
    case SETTING_TIME:
        return time_text(v->num);
    case SETTING_STRING:
    case SETTING_CHOICE:
        break;
    }
    return xstrdup(v->text ? v->text : "");
}
