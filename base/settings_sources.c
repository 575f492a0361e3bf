/* The three places settings come from: flags, environment, file. */
#include "base/settings_private.h"

#include "base/file.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <string.h>
#include <unistd.h>

#define FILE_MAX (1024 * 1024)
#define SIMILAR_MAX 160

/* One flag at argv[i]. Returns how many arguments it took, or -1. */
static int read_flag_at(struct settings *s, int argc, char *const *argv, int i, struct err *e)
{
    const char *name = argv[i] + 2;
    size_t len = strcspn(name, "=");
    const struct setting *row = text_starts(argv[i], "--") ? settings_row(s, name, len) : NULL;
    if (!row) {
        char similar[SIMILAR_MAX];
        auto_free char *wanted = xstrndup(argv[i] + strspn(argv[i], "-"), strcspn(argv[i] + strspn(argv[i], "-"), "="));
        settings_similar(s, wanted, SETTING_AS_FLAG, similar, sizeof similar);
        return err_set(e, ERR_CONFIG, "%.*s is not a flag%s", (int)strcspn(argv[i], "="), argv[i], similar);
    }
    auto_free char *where = xasprintf("--%s", row->name);
    struct setting_value *v = settings_value(s, row);
    if (v->origin && row->type != SETTING_LIST)
        return err_set(e, ERR_CONFIG, "%s: given twice", where);
    const char *text = name[len] == '=' ? name + len + 1 : NULL;
    int took = 1;
    if (!text && row->type == SETTING_FLAG) {
        text = "true";
    } else if (!text) {
        if (i + 1 >= argc || text_starts(argv[i + 1], "--"))
            return err_set(e, ERR_CONFIG, "%s: needs a value (%s)", where, row->value_name ? row->value_name : "VALUE");
        text = argv[i + 1];
        took = 2;
    }
    if (setting_value_read(row, text, where, v, e))
        return -1;
    if (!v->origin)
        v->origin = xstrdup("flag");
    return took;
}

int settings_read_flags(struct settings *s, int argc, char *const *argv, const char **rest, size_t *rest_count,
                        struct err *e)
{
    size_t count = 0;
    bool over = false;
    for (int i = 0; i < argc;) {
        if (over || argv[i][0] != '-' || argv[i][1] == '\0') {
            rest[count++] = argv[i++];
        } else if (strcmp(argv[i], "--") == 0) {
            over = true;
            i++;
        } else {
            int took = read_flag_at(s, argc, argv, i, e);
            if (took < 0)
                return -1;
            i += took;
        }
    }
    *rest_count = count;
    return 0;
}

void setting_variable(const struct setting *row, char *out)
{
    size_t len = sizeof SETTING_VARIABLE_PREFIX - 1;
    memcpy(out, SETTING_VARIABLE_PREFIX, len);
    for (const char *p = row->name; *p && len + 1 < SETTING_VARIABLE_MAX; p++)
        out[len++] = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
    out[len] = '\0';
}

static const struct setting *row_of_variable(const struct settings *s, const char *variable)
{
    for (size_t i = 0; i < s->n; i++) {
        char own[SETTING_VARIABLE_MAX];
        setting_variable(&s->table[i], own);
        if (strcmp(own, variable) == 0)
            return &s->table[i];
    }
    return NULL;
}

/* `entry` is "NAME=value". */
static int read_variable(struct settings *s, const char *entry, struct err *e)
{
    auto_free char *name = xstrndup(entry, strcspn(entry, "="));
    const struct setting *row = row_of_variable(s, name);
    if (!row) {
        char similar[SIMILAR_MAX];
        settings_similar(s, name + sizeof SETTING_VARIABLE_PREFIX - 1, SETTING_AS_VARIABLE, similar, sizeof similar);
        return err_set(e, ERR_CONFIG, "the environment holds %.96s, which is not a setting%s", name, similar);
    }
    struct setting_value *v = settings_value(s, row);
    const char *text = entry + strlen(name) + 1;
    if (v->origin || *text == '\0')
        return 0;
    if (setting_value_read_joined(row, text, name, v, e))
        return -1;
    v->origin = steal(&name);
    return 0;
}

int settings_read_environment(struct settings *s, struct err *e)
{
    for (char **p = environ; p && *p; p++)
        if (text_starts(*p, SETTING_VARIABLE_PREFIX) && strchr(*p, '=') && read_variable(s, *p, e))
            return -1;
    return 0;
}

static int read_items(const struct setting *row, const json_t *value, const char *where, struct setting_value *v,
                      struct err *e)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_string(item) || strlen(json_string_value(item)) != json_string_length(item))
            return err_set(e, ERR_CONFIG, "%s: must be an array of strings", where);
        if (setting_value_read(row, json_string_value(item), where, v, e))
            return -1;
    }
    return 0;
}

static int read_member(const struct setting *row, const json_t *value, const char *where, struct setting_value *v,
                       struct err *e)
{
    static const char *const wanted[] = {
        [SETTING_STRING] = "a string",  [SETTING_LIST] = "an array of strings",
        [SETTING_FLAG] = "true or false", [SETTING_COUNT] = "a whole number",
        [SETTING_TIME] = "a string such as \"30s\"", [SETTING_CHOICE] = "a string",
    };
    bool is_text = row->type == SETTING_STRING || row->type == SETTING_CHOICE || row->type == SETTING_TIME;
    if (row->type == SETTING_LIST && json_is_array(value))
        return read_items(row, value, where, v, e);
    if (row->type == SETTING_FLAG && json_is_boolean(value))
        return setting_value_read(row, json_is_true(value) ? "true" : "false", where, v, e);
    if (row->type == SETTING_COUNT && json_is_integer(value)) {
        auto_free char *text = json_text(value, NULL);
        return setting_value_read(row, text, where, v, e);
    }
    if (is_text && json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value))
        return setting_value_read(row, json_string_value(value), where, v, e);
    return err_set(e, ERR_CONFIG, "%s: must be %s", where, wanted[row->type]);
}

/* One member of the file. It is checked also where a flag or a variable has set the value already. */
static int read_key(struct settings *s, const char *path, const char *key, const json_t *value, struct err *e)
{
    const struct setting *row = settings_row(s, key, strlen(key));
    if (!row || strcmp(key, "config") == 0) {
        char similar[SIMILAR_MAX] = "";
        if (!row)
            settings_similar(s, key, SETTING_AS_KEY, similar, sizeof similar);
        return err_set(e, ERR_CONFIG, "%s: \"%.80s\" is not a setting%s", path, key, similar);
    }
    auto_free char *where = xasprintf("%s: %s", path, key);
    struct setting_value read = {.origin = xstrdup(path)};
    struct setting_value *v = settings_value(s, row);
    bool wanted = !v->origin;
    if (read_member(row, value, where, &read, e)) {
        setting_value_done(&read);
        return -1;
    }
    if (wanted)
        *v = read;
    else
        setting_value_done(&read);
    return 0;
}

int settings_read_file(struct settings *s, const char *path, struct err *e)
{
    auto_buf struct buf text = BUF_INIT(FILE_MAX);
    if (file_read(path, &text, e))
        return -1;
    struct err why = {0};
    json_auto_t *file = json_parse(buf_text(&text), text.len, JSON_DEPTH_CLIENT, &why);
    if (!file)
        return err_set(e, ERR_CONFIG, "%s: %s", path, why.text);
    if (!json_is_object(file))
        return err_set(e, ERR_CONFIG, "%s: must hold a JSON object", path);
    const char *key;
    json_t *value;
    json_object_foreach(file, key, value)
        if (read_key(s, path, key, value, e))
            return -1;
    return 0;
}
